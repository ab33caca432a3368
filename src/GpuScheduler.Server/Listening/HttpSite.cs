using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Server;

/// <summary>One address with what is served there. Sites share nothing: no route of one can be reached through the other.</summary>
internal sealed class HttpSite : IAsyncDisposable
{
    private readonly WebApplication _application;

    private HttpSite(WebApplication application, Uri address)
    {
        _application = application;
        Address = address;
    }

    /// <summary>Where it really listens, with the port that the system chose.</summary>
    public Uri Address { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="address">Where.</param>
    /// <param name="what">What is served there and the flag that moves it, for the message.</param>
    /// <param name="options">The limits.</param>
    /// <param name="logs">Where it logs.</param>
    /// <param name="map">Adds the routes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">The address cannot be used; the message says why and what to do.</exception>
    public static async Task<HttpSite> StartAsync(
        ServerAddress address, (string Name, string Flag) what, ServerOptions options, ILoggerFactory logs, Action<IEndpointRouteBuilder> map, CancellationToken cancellation)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.RequestHeadersTimeout = options.RequestTimeout;
            if (address.Address.Equals(IPAddress.IPv6Any))
            {
                // Falls back to IPv4 where there is no IPv6.
                kestrel.ListenAnyIP(address.Port);
            }
            else
            {
                kestrel.Listen(address.Address, address.Port);
            }
        });
        builder.Services.AddRoutingCore();
        builder.Services.Replace(ServiceDescriptor.Singleton(logs));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        WebApplication application = builder.Build();
        map(application);
        try
        {
            await application.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"cannot serve {what.Name} on {address}: {Reason(e)}; stop what uses it, or choose another address with {what.Flag}", e);
        }

        string bound = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        return new HttpSite(application, new Uri(bound));
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    private static string Reason(Exception e) => e is AddressInUseException || e.InnerException is AddressInUseException
        ? "the address is already in use"
        : e.Message;
}
