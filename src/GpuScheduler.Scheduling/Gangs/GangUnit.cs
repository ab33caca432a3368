using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>A gang as the scheduler knows it: what its objects state, and its pods.</summary>
public sealed class GangUnit
{
    private readonly List<GangPod> _pods = [];
    private readonly int[] _counts = new int[Enum.GetValues<GangPodState>().Length];
    private GroupPods? _tree;

    internal GangUnit(GangKey key) => Key = key;

    /// <summary>Its object, or the topmost of its objects.</summary>
    public GangKey Key { get; }

    /// <summary>What its objects state; null: there is none yet.</summary>
    public Gang? Stated { get; private set; }

    /// <summary>All its pods that are known, in no order; of those that have ended, the ones that still count.</summary>
    public IReadOnlyList<GangPod> Pods => _pods;

    /// <summary>Why it is not tried, as a clause ("has 5 of 8 pods"); empty where nothing but room is lacking, or nothing waits.</summary>
    public string Wait { get; internal set; } = "";

    /// <summary>Its own priority, or the lowest of its waiting pods': a gang is as urgent as its least urgent pod.</summary>
    public int Priority { get; private set; }

    /// <summary>True once its minimum was bound, or its object says so: pods that come later are placed as they come.</summary>
    public bool IsStarted { get; internal set; }

    /// <summary>Since when it is being bound; null: it is not, or its minimum is bound.</summary>
    public DateTimeOffset? StartingSince { get; internal set; }

    /// <summary>When this process began to bind what started it; null: it has not started, or did so before this process saw it.</summary>
    public DateTimeOffset? StartedAt { get; internal set; }

    /// <summary>Since when it has lacked nothing but room; null: it lacks more, or waits for nothing.</summary>
    public DateTimeOffset? ReadySince { get; internal set; }

    /// <summary>Pods that hold a place, bound or on the way.</summary>
    public int PlacedCount => CountOf(GangPodState.Held) + CountOf(GangPodState.Bound);

    /// <summary>True where at least its minimum holds places. A gang whose object is gone needs no more than it has.</summary>
    public bool IsWhole => Stated is null || (_pods.Count >= Stated.Group.MinPods && Tree.Lack(static p => p.Counts) is null);

    /// <summary>True where its minimum is bound; where its object is gone, all that it holds.</summary>
    public bool IsMinimumBound => Stated is { } stated
        ? CountOf(GangPodState.Bound) > 0 && CountOf(GangPodState.Bound) + CountOf(GangPodState.Succeeded) >= stated.Group.MinPods
            && Tree.Lack(static p => p.State is GangPodState.Bound or GangPodState.Succeeded) is null
        : CountOf(GangPodState.Bound) > 0 && CountOf(GangPodState.Held) == 0;

    /// <summary>True where it runs already when it is first seen, by what its object says: an earlier leader, or another scheduler, has started it.</summary>
    public bool RunsAlready => StartingSince is null && Stated is { Root.HasStarted: true } && CountOf(GangPodState.Bound) > 0;

    /// <summary>True while it is being bound and has lost pods that its minimum needs.</summary>
    public bool IsUnderRepair => StartingSince is not null && PlacedCount > 0 && !IsWhole;

    /// <summary>Its entry in the queue, whether or not it is there now.</summary>
    internal QueuedPodInfo? Entry { get; set; }

    /// <summary>Pods that hold their places and wait, all together, for Permit to let the last of them go.</summary>
    internal List<HeldPod> Unstarted { get; } = [];

    /// <summary>The object that its pods name and that does not exist; empty: it does.</summary>
    internal string Missing { get; set; } = "";

    private GroupPods Tree => _tree ??= BuildTree();

    /// <summary>How many pods are in a state.</summary>
    public int CountOf(GangPodState state) => _counts[(int)state];

    /// <summary>True where the pod is one of its own.</summary>
    internal bool Has(Pod pod) => _pods.Exists(p => ReferenceEquals(p.Pod, pod));

    internal void Add(GangPod pod)
    {
        pod.Gang = this;
        pod.Index = _pods.Count;
        _pods.Add(pod);
        _counts[(int)pod.State]++;
        _tree = null;
    }

    internal void Remove(GangPod pod)
    {
        GangPod last = _pods[^1];
        _pods[pod.Index] = last;
        last.Index = pod.Index;
        _pods.RemoveAt(_pods.Count - 1);
        _counts[(int)pod.State]--;
        _tree = null;
    }

    /// <summary>The pod's object hangs in another gang now.</summary>
    internal void MoveTo(GangUnit other, GangPod pod)
    {
        Remove(pod);
        other.Add(pod);
        other.Unstarted.AddRange(Unstarted.Where(h => h.Member == pod));
        Unstarted.RemoveAll(h => h.Member == pod);
        other.IsStarted |= IsStarted;
        other.StartingSince ??= StartingSince;
    }

    internal void Set(GangPod pod, GangPodState state, string node)
    {
        _counts[(int)pod.State]--;
        _counts[(int)state]++;
        pod.State = state;
        pod.Node = node;
    }

    /// <summary>Its objects are these now.</summary>
    internal void SetStated(Gang? stated)
    {
        Stated = stated;
        _tree = null;
    }

    /// <summary>The tree to place.</summary>
    internal GroupUnit Unit(NodeDirectory nodes) => Tree.Unit(nodes, IsStarted && PlacedCount > 0);

    /// <summary>Finds out anew what it waits for, what its priority is, and which pods its queue entry stands for.</summary>
    internal void Review()
    {
        Priority = Stated?.Root.Priority ?? LowestPriority();
        Wait = CountOf(GangPodState.Pending) + CountOf(GangPodState.Gated) == 0 ? "" : FindWait();
    }

    private string FindWait()
    {
        if (Missing.Length > 0)
        {
            return $"waits for {Missing}, which does not exist yet";
        }

        Gang stated = Stated!;
        if (!stated.Problems.IsEmpty)
        {
            return string.Join(" ", stated.Problems);
        }

        if (stated.WaitsFor is { } waitsFor)
        {
            return waitsFor;
        }

        bool isStarted = IsStarted && PlacedCount > 0;
        if (!isStarted && _pods.Count < stated.Group.MinPods)
        {
            // The usual case while its pods come, answered without sorting them into groups.
            int there = _pods.Count - CountOf(GangPodState.Leaving);
            return string.Create(CultureInfo.InvariantCulture, $"has {there} of {stated.Group.MinPods} pods");
        }

        if (SchedulersOf() is { } schedulers)
        {
            return schedulers;
        }

        if (Strays(Tree).FirstOrDefault() is { } stray && (isStarted || Tree.Lack(static p => p.State != GangPodState.Leaving) is not null))
        {
            return stray;
        }

        if (!isStarted && Tree.Lack(static p => p.State != GangPodState.Leaving) is { } lack)
        {
            return lack;
        }

        if (CountOf(GangPodState.Pending) == 0 || (!isStarted && Tree.Lack(static p => p.State is not (GangPodState.Leaving or GangPodState.Gated)) is not null))
        {
            int gated = CountOf(GangPodState.Gated);
            return string.Create(CultureInfo.InvariantCulture, $"{gated} of its {_pods.Count} pods are held back, for instance by scheduling gates");
        }

        return "";
    }

    private int LowestPriority()
    {
        int lowest = int.MaxValue;
        foreach (GangPod pod in _pods)
        {
            lowest = pod.State <= GangPodState.Pending ? Math.Min(lowest, pod.Pod.Priority) : lowest;
        }

        return lowest == int.MaxValue ? 0 : lowest;
    }

    private string? SchedulersOf()
    {
        string first = "";
        foreach (GangPod pod in _pods)
        {
            string name = pod.Class.Spec.SchedulerName;
            if (pod.State > GangPodState.Pending || name == first)
            {
                continue;
            }

            if (first.Length > 0)
            {
                IEnumerable<string> named = _pods.Where(p => p.State <= GangPodState.Pending).OrderBy(p => p, RankOrder.Instance)
                    .DistinctBy(p => p.Class.Spec.SchedulerName).Select(p => $"\"{p.Class.Spec.SchedulerName}\" (pod {p.Pod.Name})");
                return $"its pods name different schedulers: {string.Join(", ", named)}; give all of them one schedulerName";
            }

            first = name;
        }

        return null;
    }

    private IEnumerable<string> Strays(GroupPods tree)
    {
        if (_pods.Count == PodsIn(tree))
        {
            return [];
        }

        HashSet<GangPod> sorted = [.. Leaves(tree).SelectMany(l => l.Pods)];
        string groups = string.Join(", ", Leaves(tree).Select(l => l.Name.Length == 0 ? "\"\"" : l.Name).Distinct().Order(StringComparer.Ordinal));
        return _pods.Where(p => !sorted.Contains(p)).OrderBy(p => p, RankOrder.Instance)
            .Select(p => $"pod {p.Pod} belongs to none of its groups ({groups}): {(p.Membership.Group.Length > 0 ? $"it names \"{p.Membership.Group}\"" : "its labels match none")}");
    }

    private static int PodsIn(GroupPods part) => part.Pods.Count + part.Parts.Sum(PodsIn);

    private static IEnumerable<GroupPods> Leaves(GroupPods part) => part.IsLeaf ? [part] : part.Parts.SelectMany(Leaves);

    private GroupPods BuildTree() => GangTree.Build(Stated!, _pods);
}
