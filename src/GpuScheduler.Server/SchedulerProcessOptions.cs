using GpuScheduler.Framework;

namespace GpuScheduler.Server;

/// <summary>How a <see cref="SchedulerProcess"/> works.</summary>
public sealed record SchedulerProcessOptions
{
    public required SchedulerConfiguration Configuration { get; init; }

    /// <summary>The configuration as it was written, for the debug port.</summary>
    public string ConfigurationText { get; init; } = "";

    public ServerOptions Server { get; init; } = new();

    /// <summary>Names this replica; different in each process.</summary>
    public required string Identity { get; init; }

    /// <summary>Orders ties, and seeds the jitter of retries.</summary>
    public ulong Seed { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
