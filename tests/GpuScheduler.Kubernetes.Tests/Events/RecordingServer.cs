using System.Net;
using System.Text.Json.Nodes;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Writes down requests, and answers each as the test says.</summary>
internal sealed class RecordingServer : HttpMessageHandler
{
    public List<(string Method, string Path, JsonObject Body)> Requests { get; } = [];

    public Func<int, HttpStatusCode> Answer { get; set; } = _ => HttpStatusCode.OK;

    public HttpClient Client() => new(this, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string body = request.Content is null ? "{}" : await request.Content.ReadAsStringAsync(cancellationToken);
        Requests.Add((request.Method.Method, request.RequestUri!.AbsolutePath, JsonNode.Parse(body)!.AsObject()));
        return new HttpResponseMessage(Answer(Requests.Count)) { Content = new StringContent("{}") };
    }
}
