using System.Collections.Immutable;
using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes;

/// <summary>An allocation that is being written, or may be: its devices are nobody else's until it is known what became of it, whatever becomes of the pod.</summary>
/// <param name="Owner">The attempt that decided it.</param>
/// <param name="Node">The node.</param>
/// <param name="Names">The devices, as the node names them.</param>
internal sealed record ClaimWrite(QueuedPodInfo Owner, string Node, ImmutableArray<string> Names)
{
    /// <summary>Since when nobody knows whether it was written, a timestamp of the clock; null: an answer will come.</summary>
    public long? UnknownSince { get; init; }
}
