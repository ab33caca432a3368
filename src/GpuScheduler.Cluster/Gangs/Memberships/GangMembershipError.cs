using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Why a pod's place in a gang cannot be read.</summary>
/// <param name="Keys">The labels, annotations or fields at fault; two where they contradict each other.</param>
/// <param name="Message">What is wrong and how to mend it; names the keys.</param>
public sealed record GangMembershipError(ImmutableArray<string> Keys, string Message)
{
    public override string ToString() => Message;
}
