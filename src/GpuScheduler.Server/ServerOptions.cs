using System.Net;

namespace GpuScheduler.Server;

/// <summary>Where and within which limits the server answers.</summary>
public sealed record ServerOptions
{
    /// <summary>Port for health and metrics. kube-scheduler served them here in clear text before it went over to https on 10259.</summary>
    public const int DefaultServingPort = 10251;

    public const int DefaultDebugPort = 10261;

    /// <summary>Health and metrics, in clear text; null: not served. By default all interfaces.</summary>
    public ServerAddress? ServingAddress { get; init; } = new(IPAddress.IPv6Any, DefaultServingPort);

    /// <summary>Dumps of what the scheduler holds, names of pods included; null: not served. By default this machine (this pod) alone.</summary>
    public ServerAddress? DebugAddress { get; init; } = new(IPAddress.Loopback, DefaultDebugPort);

    /// <summary>Connections at once, each listener.</summary>
    public int MaxConnections { get; init; } = 128;

    /// <summary>How long a client may take to send its request's headers.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long requests under way may take once the server stops.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
