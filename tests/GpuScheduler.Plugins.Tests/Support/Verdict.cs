using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

/// <summary>What a filter says of one node: success without reasons, or the one status code of the node and all its reasons.</summary>
internal sealed record Verdict(StatusCode Code, params string[] Reasons)
{
    public static readonly Verdict Passes = new(StatusCode.Success);

    public static Verdict Unresolvable(string reason) => new(StatusCode.UnschedulableAndUnresolvable, reason);

    public static Verdict Unschedulable(string reason) => new(StatusCode.Unschedulable, reason);
}
