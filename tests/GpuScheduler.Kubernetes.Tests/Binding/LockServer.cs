using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>One node with HAMi's lock, and pods, behind the API server's rules for patches with a resource version.</summary>
internal sealed class LockServer : HttpMessageHandler
{
    private int _version = 1;

    /// <summary>The annotation; empty: none.</summary>
    public string Lock { get; set; } = "";

    /// <summary>Pods by namespace and name, as far as anybody looks at them.</summary>
    public ConcurrentDictionary<string, JsonObject> Pods { get; } = [];

    /// <summary>Answers of the server in place of those to the next patches; OK: none; 0: the patch is carried out and its answer is lost.</summary>
    public Queue<HttpStatusCode> PatchFaults { get; } = [];

    public bool IsGone { get; set; }

    /// <summary>Told before a patch is carried out: somebody else may be quicker.</summary>
    public Action? OnPatch { get; set; }

    /// <summary>Every value that the lock had, one after the other.</summary>
    public List<string> History { get; } = [];

    /// <summary>The annotations of Bindings.</summary>
    public List<Dictionary<string, string>> Bindings { get; } = [];

    /// <summary>The answer to Bindings.</summary>
    public HttpStatusCode BindingStatus { get; set; } = HttpStatusCode.Created;

    /// <summary>What the plugin, or another scheduler, does.</summary>
    public void Set(string text)
    {
        lock (History)
        {
            Lock = text;
            History.Add(text);
            _version++;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string path = request.RequestUri!.AbsolutePath.TrimStart('/');
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        lock (History)
        {
            return Answer(request.Method, path, body);
        }
    }

    private HttpResponseMessage Answer(HttpMethod method, string path, string body)
    {
        if (path.EndsWith("/binding", StringComparison.Ordinal))
        {
            JsonNode metadata = JsonNode.Parse(body)!["metadata"]!;
            Bindings.Add(metadata["annotations"]!.AsObject().ToDictionary(a => a.Key, a => (string)a.Value!));
            return Json(BindingStatus, new { message = "so it is" });
        }

        if (path.Contains("/pods/", StringComparison.Ordinal))
        {
            string[] parts = path.Split('/');
            return Pods.TryGetValue($"{parts[3]}/{parts[5]}", out JsonObject? pod) ? Json(HttpStatusCode.OK, pod) : Json(HttpStatusCode.NotFound, new { message = "no such pod" });
        }

        if (IsGone)
        {
            return Json(HttpStatusCode.NotFound, new { message = "no such node" });
        }

        if (method == HttpMethod.Get)
        {
            Dictionary<string, string> annotations = Lock.Length == 0 ? [] : new() { [HamiKeys.Lock] = Lock };
            return Json(HttpStatusCode.OK, new { metadata = new { resourceVersion = $"{_version}", annotations } });
        }

        OnPatch?.Invoke();
        HttpStatusCode? fault = PatchFaults.TryDequeue(out HttpStatusCode next) ? next : null;
        if (fault is { } status and not (0 or HttpStatusCode.OK))
        {
            return Json(status, new { message = "a fault" });
        }

        JsonNode patch = JsonNode.Parse(body)!["metadata"]!;
        if ((string?)patch["resourceVersion"] != $"{_version}")
        {
            return Json(HttpStatusCode.Conflict, new { message = "the object has been modified" });
        }

        Set((string?)patch["annotations"]![HamiKeys.Lock] ?? "");
        return fault is null or HttpStatusCode.OK ? Json(HttpStatusCode.OK, new { }) : throw new HttpRequestException(HttpRequestError.ResponseEnded, "reset");
    }

    private static HttpResponseMessage Json(HttpStatusCode code, object body) =>
        new(code) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
}
