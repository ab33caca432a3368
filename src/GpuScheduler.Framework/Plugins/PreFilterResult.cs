using System.Collections.Frozen;

namespace GpuScheduler.Framework;

/// <summary>What PreFilter found out about a pod class.</summary>
/// <param name="Status">Skip: the plugin's Filter is left out. Rejected: the pod fits nowhere.</param>
/// <param name="State">Handed to the plugin's Filter as <see cref="PluginContext.State"/>.</param>
/// <param name="NodeNames">The only nodes that can fit, or null for no such limit.</param>
public readonly record struct PreFilterResult(Status Status, object? State = null, FrozenSet<string>? NodeNames = null)
{
    public static readonly PreFilterResult Skip = new(Status.Skip);

    public static PreFilterResult With(object? state, FrozenSet<string>? nodeNames = null) => new(Status.Success, state, nodeNames);
}
