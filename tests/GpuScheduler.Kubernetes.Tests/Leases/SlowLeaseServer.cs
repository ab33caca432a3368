using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Has no lease at first, takes the one it is sent, and answers that write late.</summary>
internal sealed class SlowLeaseServer(FakeTimeProvider time, TimeSpan delay) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Get)
        {
            return new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("{}") };
        }

        byte[] lease = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        time.Advance(delay);
        return new HttpResponseMessage(HttpStatusCode.Created) { Content = new ByteArrayContent(lease) { Headers = { { "Content-Type", "application/json" } } } };
    }
}
