using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace GpuScheduler.Emulator;

/// <summary>A plain HTTP server on 127.0.0.1 in front of any API server, with faults between the two. Upgrades (exec, port-forward) do not pass.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    /// <summary>Belong to one connection and are not passed on (RFC 9110, 7.6.1).</summary>
    private static readonly HashSet<string> OfTheConnection = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Host", "Expect",
    };

    private readonly WebApplication _application;
    private readonly FaultProxyOptions _options;
    private readonly HttpMessageInvoker _client;

    private FaultProxy(FaultProxyOptions options)
    {
        _options = options;
        _client = options.Handler == null
            ? new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
            : new HttpMessageInvoker(options.Handler, disposeHandler: false);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        _application = builder.Build();
        FaultInjection.Of(options.Plan)(_application);
        _application.Run(ForwardAsync);
    }

    /// <summary>Where clients connect to, like <c>http://127.0.0.1:41234/</c>.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Listens before it returns.</summary>
    public static async Task<FaultProxy> StartAsync(FaultProxyOptions options)
    {
        var proxy = new FaultProxy(options);
        await proxy._application.StartAsync().ConfigureAwait(false);
        return proxy;
    }

    /// <summary>Resets all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync().ConfigureAwait(false);
        await _application.StopAsync(now.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        try
        {
            using HttpRequestMessage request = Request(context);
            using HttpResponseMessage response = await _client.SendAsync(request, context.RequestAborted).ConfigureAwait(false);
            context.Response.StatusCode = (int)response.StatusCode;
            foreach ((string name, IEnumerable<string> values) in response.Headers.Concat(response.Content.Headers))
            {
                if (!OfTheConnection.Contains(name)) context.Response.Headers[name] = values.ToArray();
            }
            await PassAsync(response, context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone, or a fault ends the watch: there is nobody to tell.
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // What breaks behind the proxy must look broken in front of it, too, rather than like an answer that has ended.
            context.Abort();
        }
    }

    private HttpRequestMessage Request(HttpContext context)
    {
        HttpRequest from = context.Request;
        var uri = new Uri(_options.Upstream.GetLeftPart(UriPartial.Authority) + _options.Upstream.AbsolutePath.TrimEnd('/') + RawTarget(context));
        var request = new HttpRequestMessage(new HttpMethod(from.Method), uri);
        bool hasBody = from.ContentLength > 0 || from.Headers.TransferEncoding.Count > 0;
        if (hasBody) request.Content = new StreamContent(from.Body);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in from.Headers)
        {
            if (OfTheConnection.Contains(name)) continue;
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)) request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        if (_options.BearerToken != null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.BearerToken);
        return request;
    }

    /// <summary>Path and query as the client wrote them.</summary>
    private static string RawTarget(HttpContext context) => context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    private static async Task PassAsync(HttpResponseMessage response, HttpContext context)
    {
        await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        Stream body = await response.Content.ReadAsStreamAsync(context.RequestAborted).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            byte[] buffer = new byte[16_384];
            for (int read; (read = await body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false)) > 0;)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            }
        }
    }
}
