using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace GpuScheduler.Emulator;

/// <summary>The Kubernetes API of an <see cref="EmulatedCluster"/> over HTTP on 127.0.0.1.</summary>
public sealed class EmulatorServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly CancellationTokenSource _stopping;

    private EmulatorServer(WebApplication application, CancellationTokenSource stopping, EmulatedCluster cluster, Uri address)
    {
        _application = application;
        _stopping = stopping;
        Cluster = cluster;
        Address = address;
    }

    public EmulatedCluster Cluster { get; }

    /// <summary>Like <c>http://127.0.0.1:41234/</c>.</summary>
    public Uri Address { get; }

    /// <summary>Listens before it returns.</summary>
    public static async Task<EmulatorServer> StartAsync(EmulatorOptions options)
    {
        EmulatedCluster cluster = options.Cluster ?? new EmulatedCluster(options.Time, options.Seed, options.WatchWindow);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxConcurrentConnections = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        WebApplication application = builder.Build();
        var stopping = new CancellationTokenSource();
        foreach (Action<IApplicationBuilder> add in options.Middleware) add(application);
        var handler = new ApiHandler(cluster, options, stopping.Token);
        application.Run(handler.HandleAsync);
        await application.StartAsync().ConfigureAwait(false);
        string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new EmulatorServer(application, stopping, cluster, new Uri(address));
    }

    /// <summary>Ends every watch and stops listening; the cluster keeps its objects.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }
}
