using System.Net;
using k8s.Authentication;
using k8s.Exceptions;

namespace GpuScheduler.Kubernetes;

/// <summary>Signs each request: credentials that renew themselves are asked anew every time. HTTP/2 where TLS lets the two sides agree on it.</summary>
internal sealed class ApiRequestHandler(ServiceClientCredentials? credentials, string userAgent) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri?.Scheme == Uri.UriSchemeHttps)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        }

        request.Headers.Remove("User-Agent");
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        if (credentials is not null)
        {
            try
            {
                await credentials.ProcessHttpRequestAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is KubeConfigException or IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // A token that cannot be had now may be there at the next try: for callers it is like a server that cannot be reached.
                throw new HttpRequestException($"no credentials for the API server: {e.Message}", e);
            }
        }

        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
