using System.Net;
using System.Text;
using System.Text.Json;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>One pod behind the API server's rules for bindings, with the faults that a test asks for, request by request.</summary>
internal sealed class BindServer(IEnumerable<BindFault> faults) : HttpMessageHandler
{
    private readonly Queue<BindFault> _faults = new(faults);
    private volatile bool _isBusy;

    public string? Uid { get; set; } = "uid-1";

    public string Node { get; set; } = "";

    public string Devices { get; set; } = "";

    public bool IsDeleting { get; set; }

    /// <summary>How often the pod was bound by a request.</summary>
    public int Bound { get; private set; }

    public int Posts { get; private set; }

    public Action? OnPost { get; set; }

    /// <summary>True while a request is worked on that will be answered: no time may pass then.</summary>
    public bool IsBusy => _isBusy;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _isBusy = true;
        try
        {
            return await AnswerAsync(request, cancellationToken);
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        bool isPost = request.Method == HttpMethod.Post;
        Posts += isPost ? 1 : 0;
        BindFault fault = _faults.TryDequeue(out BindFault next) ? next : BindFault.None;
        switch (fault)
        {
            case BindFault.Refused:
                throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");
            case BindFault.LostBefore:
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "reset");
            case BindFault.TooMany:
                return Status(HttpStatusCode.TooManyRequests, "too many requests");
            case BindFault.ErrorBefore:
                return Status(HttpStatusCode.InternalServerError, "etcdserver: request timed out");
            case BindFault.Forbidden:
                return Status(HttpStatusCode.Forbidden, "forbidden");
        }

        HttpResponseMessage answer = isPost ? Bind(JsonDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))) : Get();
        if (isPost)
        {
            OnPost?.Invoke();
        }

        return fault switch
        {
            BindFault.LostAfter => throw new HttpRequestException(HttpRequestError.ResponseEnded, "reset"),
            BindFault.Silent => await NeverAsync(cancellationToken),
            BindFault.ErrorAfter => Status(HttpStatusCode.InternalServerError, "etcdserver: request timed out"),
            _ => answer,
        };
    }

    private async Task<HttpResponseMessage> NeverAsync(CancellationToken cancellation)
    {
        _isBusy = false;
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        throw new InvalidOperationException("nothing wakes it");
    }

    private HttpResponseMessage Bind(JsonDocument binding)
    {
        JsonElement metadata = binding.RootElement.GetProperty("metadata");
        if (Uid is null)
        {
            return Status(HttpStatusCode.NotFound, "pods \"p\" not found");
        }

        if (metadata.GetProperty("uid").GetString() != Uid || IsDeleting || Node.Length > 0)
        {
            return Status(HttpStatusCode.Conflict, "Operation cannot be fulfilled on pods/binding \"p\"");
        }

        Node = binding.RootElement.GetProperty("target").GetProperty("name").GetString()!;
        Devices = metadata.GetProperty("annotations").GetProperty(ManifestKeys.Devices).GetString()!;
        Bound++;
        return Status(HttpStatusCode.Created, "");
    }

    private HttpResponseMessage Get()
    {
        if (Uid is null)
        {
            return Status(HttpStatusCode.NotFound, "pods \"p\" not found");
        }

        Dictionary<string, object> metadata = new() { ["uid"] = Uid };
        if (Devices.Length > 0)
        {
            metadata["annotations"] = new Dictionary<string, string> { [ManifestKeys.Devices] = Devices };
        }

        if (IsDeleting)
        {
            metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z";
        }

        return Json(HttpStatusCode.OK, new { metadata, spec = new { nodeName = Node } });
    }

    private static HttpResponseMessage Status(HttpStatusCode code, string message) => Json(code, new { kind = "Status", message });

    private static HttpResponseMessage Json(HttpStatusCode code, object body) =>
        new(code) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
}
