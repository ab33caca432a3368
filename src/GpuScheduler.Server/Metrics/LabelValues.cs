using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Kubernetes;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Server;

/// <summary>Values of labels that kube-scheduler writes in its own way.</summary>
internal static class LabelValues
{
    /// <summary>From here on attempts are not told apart.</summary>
    private const int ManyAttempts = 15;

    private static readonly ImmutableArray<string> Attempts =
        [.. Enumerable.Range(0, ManyAttempts).Select(n => n.ToString(CultureInfo.InvariantCulture)), "15+"];

    public static string Of(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Scheduled => "scheduled",
        AttemptOutcome.Unschedulable => "unschedulable",
        _ => "error",
    };

    public static string Of(QueuePool pool) => pool switch
    {
        QueuePool.Active => "active",
        QueuePool.Backoff => "backoff",
        QueuePool.Unschedulable => "unschedulable",
        _ => "gated",
    };

    public static string OfAttempts(int attempts) => Attempts[Math.Clamp(attempts, 0, ManyAttempts)];
}
