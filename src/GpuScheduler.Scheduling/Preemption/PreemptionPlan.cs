using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Which pods are to go so that a pod, or each pod of a gang, fits where it is nominated.</summary>
/// <param name="Nominees">Who goes where then, and with which devices.</param>
/// <param name="Victims">Who goes, the most important first.</param>
/// <param name="Cost">What that costs.</param>
public sealed record PreemptionPlan(ImmutableArray<Nominee> Nominees, ImmutableArray<Victim> Victims, VictimCost Cost)
{
    /// <summary>Who leaves a node.</summary>
    public IEnumerable<Pod> VictimsOn(int node) => Victims.Where(v => v.Node == node).Select(v => v.Pod);

    /// <summary>Those that must be told to go.</summary>
    public IEnumerable<Victim> ToEvict => Victims.Where(v => !v.IsLeaving);
}
