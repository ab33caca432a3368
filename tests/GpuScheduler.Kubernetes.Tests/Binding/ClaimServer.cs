using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Claims behind the API server's rules for patches with a resource version, and a pod that can be bound.</summary>
internal sealed class ClaimServer : HttpMessageHandler
{
    private readonly Dictionary<string, JsonObject> _claims = [];
    private readonly Queue<HttpStatusCode> _faults = [];
    private int _version;

    /// <summary>Answers of the server in place of those to the next requests about claims; OK: none; 0: the request is carried out and its answer is lost.</summary>
    public IEnumerable<HttpStatusCode> Faults
    {
        set
        {
            foreach (HttpStatusCode fault in value)
            {
                _faults.Enqueue(fault);
            }
        }
    }

    /// <summary>Told before a patch is carried out: somebody else may be quicker.</summary>
    public Action? OnPatch { get; set; }

    public Action? OnBinding { get; set; }

    public HttpStatusCode BindingStatus { get; set; } = HttpStatusCode.Created;

    /// <summary>All claims when a Binding came.</summary>
    public List<string> AtBinding { get; } = [];

    public static ClaimClient Client(HttpClient http, TimeProvider time, Action<ResourceClaim>? written = null) => new(http, () => "v1", written ?? (_ => { }), time, () => 0);

    /// <summary>The pod <c>p</c> that is to have these devices of the node <c>n</c> by its claim; none: it is allocated already.</summary>
    public static BindRequest Request(string claim, params string[] devices) => new("default", "p", "uid-1", "n", DeviceSet.Empty)
    {
        Claims =
        [
            new ClaimBinding(claim, $"uid-{claim}", [.. devices.Select(d => new AllocatedDevice("r", new DeviceId("gpu.nvidia.com", "n", d)))], [("r", """{"opaque":{"driver":"gpu.nvidia.com"}}""")]),
        ],
    };

    public void Add(string name, string uid = "") => _claims[name] = new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["uid"] = uid.Length > 0 ? uid : $"uid-{name}", ["resourceVersion"] = $"{++_version}" },
        ["spec"] = new JsonObject
        {
            ["devices"] = new JsonObject { ["requests"] = new JsonArray(JsonNode.Parse("""{"name":"r","exactly":{"deviceClassName":"c","tolerations":[{"operator":"Exists"}]}}""")) },
        },
    };

    /// <summary>What others do to a claim.</summary>
    public void Change(string name, Action<JsonObject> change)
    {
        change(_claims[name]);
        _claims[name]["metadata"]!["resourceVersion"] = $"{++_version}";
    }

    /// <summary>Somebody else allocates the claim.</summary>
    public void Allocate(string name, string device, params string[] pods) => Change(name, claim => claim["status"] = new JsonObject
    {
        ["allocation"] = JsonNode.Parse($$$$"""{"devices":{"results":[{"request":"r","driver":"gpu.nvidia.com","pool":"n","device":"{{{{device}}}}"}]}}"""),
        ["reservedFor"] = new JsonArray([.. pods.Select(p => new JsonObject { ["resource"] = "pods", ["name"] = p, ["uid"] = p })]),
    });

    /// <summary>The claim as a test reads it: <c>c: gpu-1 for uid-1</c>.</summary>
    public string Text(string name)
    {
        JsonNode? status = _claims[name]["status"], allocation = status?["allocation"];
        string devices = string.Join(',', (allocation?["devices"]?["results"] as JsonArray ?? []).Select(r => (string?)r!["device"]));
        string pods = string.Join(',', (status?["reservedFor"] as JsonArray ?? []).Select(r => (string?)r!["uid"]));
        return $"{name}: {(allocation is null ? "free" : devices)}{(pods.Length > 0 ? $" for {pods}" : "")}";
    }

    public JsonObject Claim(string name) => _claims[name];

    public void Remove(string name) => _claims.Remove(name);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        return Answer(request.Method, request.RequestUri!.AbsolutePath.Split('/'), body);
    }

    private HttpResponseMessage Answer(HttpMethod method, string[] path, string body)
    {
        if (path[^1] == "binding")
        {
            AtBinding.AddRange(_claims.Keys.Select(Text));
            OnBinding?.Invoke();
            return Json(BindingStatus, new JsonObject { ["message"] = "so it is" });
        }

        HttpStatusCode fault = _faults.TryDequeue(out HttpStatusCode next) ? next : HttpStatusCode.OK;
        if (fault is not (0 or HttpStatusCode.OK))
        {
            return Json(fault, new JsonObject { ["message"] = "a fault" });
        }

        bool isStatus = path[^1] == "status";
        string name = isStatus ? path[^2] : path[^1];
        if (method == HttpMethod.Patch)
        {
            OnPatch?.Invoke();
        }

        if (!_claims.TryGetValue(name, out JsonObject? claim))
        {
            return Json(HttpStatusCode.NotFound, new JsonObject { ["message"] = "no such claim" });
        }

        if (method == HttpMethod.Patch)
        {
            JsonObject patch = JsonNode.Parse(body)!.AsObject();
            if ((string?)patch["metadata"]!["resourceVersion"] != (string?)claim["metadata"]!["resourceVersion"])
            {
                return Json(HttpStatusCode.Conflict, new JsonObject { ["message"] = "the object has been modified" });
            }

            Change(name, c => Merge(c, patch));
        }

        return fault == 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "reset") : Json(HttpStatusCode.OK, claim);
    }

    private static void Merge(JsonObject into, JsonObject patch)
    {
        foreach ((string key, JsonNode? value) in patch.ToArray())
        {
            if (value is null)
            {
                into.Remove(key);
            }
            else if (value is JsonObject map && into[key] is JsonObject old)
            {
                Merge(old, map);
            }
            else
            {
                into[key] = value.DeepClone();
            }
        }
    }

    private static HttpResponseMessage Json(HttpStatusCode code, JsonObject body) =>
        new(code) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
}
