using System.Collections.Immutable;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Server;

/// <summary>Where the server finds what it serves.</summary>
public sealed record ServerSources
{
    /// <summary>Checks of <c>/livez</c>: where one fails for long, the process should be started anew.</summary>
    public ImmutableArray<HealthCheck> LiveChecks { get; init; } = [];

    /// <summary>Checks of <c>/readyz</c>, beside those of <c>/livez</c>: where one fails, this replica cannot schedule well now. Standing by is no failure.</summary>
    public ImmutableArray<HealthCheck> ReadyChecks { get; init; } = [];

    public required SchedulerMetrics Metrics { get; init; }

    /// <summary>What the debug listener shows; null: it is not served.</summary>
    public ISchedulerDebug? Debug { get; init; }
}
