using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Why a pod's request for devices cannot be read.</summary>
/// <param name="Keys">The annotations, resources or trace fields at fault; two where they disagree.</param>
/// <param name="Message">What is wrong and how to mend it; names the keys.</param>
public sealed record DeviceRequestError(ImmutableArray<string> Keys, string Message)
{
    public override string ToString() => Message;
}
