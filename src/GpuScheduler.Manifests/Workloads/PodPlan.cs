using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>The pods that a controller would make of one template.</summary>
/// <param name="Template">The template.</param>
/// <param name="Count">How many.</param>
/// <param name="Name">The name of each, from 0.</param>
internal sealed record PodPlan(MapReader Template, int Count, Func<int, string> Name)
{
    /// <summary>What the controller adds to each; asked only where that could say something of gangs.</summary>
    public Func<int, PodStamp> Stamp { get; init; } = static _ => PodStamp.None;

    /// <summary>The controller makes gangs, whatever the template says.</summary>
    public bool IsGang { get; init; }
}
