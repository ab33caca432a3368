using System.Net;
using System.Net.Http.Headers;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Answers the first requests with these bodies, all at once and on the caller's thread, and later ones with errors.</summary>
internal sealed class CannedAnswers(params byte[][] bodies) : HttpMessageHandler
{
    private int _next;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage answer = new(_next < bodies.Length ? HttpStatusCode.OK : HttpStatusCode.InternalServerError)
        {
            Content = new StreamContent(new MemoryStream(_next < bodies.Length ? bodies[_next++] : [])),
        };
        answer.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Task.FromResult(answer);
    }
}
