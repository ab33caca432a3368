using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>Labels that pods of one template share.</summary>
/// <param name="Labels">Each with its value.</param>
/// <param name="ConcernGang">One of them may say which gang they are of.</param>
internal sealed record SharedLabels(ImmutableSortedDictionary<string, string> Labels, bool ConcernGang)
{
    public static SharedLabels None { get; } = new(LabelSet.Empty, false);

    public static SharedLabels Of(ImmutableSortedDictionary<string, string> labels) => new(labels, labels.Keys.Any(GangMemberships.Concerns));
}
