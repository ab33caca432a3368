using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>Small gangs for tests, and the plugin that has them placed as such.</summary>
internal sealed class TestGangs(GangSchedulingArgs? args = null) : IGangSchedulingPlugin
{
    public const string Kind = "podgroups.scheduling.k8s.io";

    public string Name => "GangScheduling";

    public GangSchedulingArgs Args { get; } = args ?? new GangSchedulingArgs();

    public ImmutableArray<ClusterEventWithHint> EventsToRegister => [new(new ClusterEvent(EventResource.Node, ActionTypes.Add))];

    public static GangKey Key(string name) => new(Kind, "default", name);

    public static GangObject Object(string name, int minPods, params GangGroup[] groups) =>
        new() { Key = Key(name), Group = new GangGroup { MinPods = minPods, Groups = [.. groups] } };

    /// <summary>A pod of a gang.</summary>
    public static Pod Pod(string gang, int index, PodSpec? spec = null, string group = "", int priority = 0) => new()
    {
        Name = $"{gang}-{index}",
        Uid = $"{gang}-{index}",
        Spec = spec ?? TestCluster.Spec(),
        Gang = new GangMembership(Key(gang), group),
        Priority = priority,
    };

    public Status PreEnqueue(Pod pod) =>
        pod.SchedulingGates.IsEmpty ? Status.Success : Status.Unresolvable("waiting for scheduling gates");
}
