using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Finds the best node for a pod class under one profile. Every node is considered for every pod, but only those that changed since
/// the class was last asked about are looked at again. One question at a time.
/// </summary>
public sealed class Evaluator
{
    private const long DefaultMemoryLimit = 1L << 30;

    private readonly Profile _profile;
    private readonly IVersionedPlugin[] _versioned;
    private readonly long _memoryLimit;
    private readonly PluginTimes? _times;
    private readonly int _parallelism;
    private readonly ChangedNodes _changed = new();
    private ClassMemo?[] _memos = new ClassMemo?[16];
    private long _uses;

    /// <param name="profile">Who decides.</param>
    /// <param name="memoryLimit">Memory that answers may take before the least recently used class is forgotten, bytes.</param>
    /// <param name="parallelism">Up to so many threads answer a question about many nodes; the answer is the same.</param>
    public Evaluator(Profile profile, long memoryLimit = DefaultMemoryLimit, int parallelism = 1)
        : this(profile, memoryLimit, parallelism, null)
    {
    }

    /// <param name="profile">Who decides.</param>
    /// <param name="parallelism">Up to so many threads answer a question about many nodes; the answer is the same.</param>
    /// <param name="times">Takes the time that plugins take; null: nobody wants to know.</param>
    internal Evaluator(Profile profile, int parallelism, PluginTimes? times)
        : this(profile, DefaultMemoryLimit, parallelism, times)
    {
    }

    private Evaluator(Profile profile, long memoryLimit, int parallelism, PluginTimes? times)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        _times = times;
        _profile = profile;
        _versioned = [.. profile.All.OfType<IVersionedPlugin>()];
        _memoryLimit = memoryLimit;
        _parallelism = parallelism;
    }

    /// <summary>The best node for a pod of this class in this state, and the devices it gets there.</summary>
    /// <param name="podClass">The class.</param>
    /// <param name="view">The state; calls with the same lineage of states profit from what earlier calls found out.</param>
    /// <param name="attempt">Number of the attempt; only plugins that read <see cref="Reads.Attempt"/> depend on it.</param>
    public Decision Decide(PodClass podClass, ClusterView view, long attempt)
    {
        ClassMemo memo = MemoOf(podClass, view);
        if (!memo.Plan.Status.IsSuccess)
        {
            return Decision.None;
        }

        int node = memo.Best(view, attempt, Versions(), _changed, out int score);
        return node < 0 ? Decision.None : new Decision(node, ChooseDevices(memo.Plan, view, node, attempt), score);
    }

    /// <summary>The same among some nodes only.</summary>
    /// <param name="only">The nodes to choose from; null: all.</param>
    public Decision Decide(PodClass podClass, ClusterView view, long attempt, NodeSet? only)
    {
        if (only is null)
        {
            return Decide(podClass, view, attempt);
        }

        ClassMemo memo = MemoOf(podClass, view);
        if (!memo.Plan.Status.IsSuccess)
        {
            return Decision.None;
        }

        memo.Best(view, attempt, Versions(), _changed, out _);
        int node = memo.BestAmong(view, only, out int score);
        return node < 0 ? Decision.None : new Decision(node, ChooseDevices(memo.Plan, view, node, attempt), score);
    }

    /// <summary>Why a pod of this class fits nowhere in this state.</summary>
    public FitError Explain(PodClass podClass, ClusterView view, long attempt)
    {
        ClassMemo memo = MemoOf(podClass, view);
        ClassPlan plan = memo.Plan;
        if (!plan.Status.IsSuccess)
        {
            return new FitError(view.NodeCount, plan.Status, null);
        }

        memo.Best(view, attempt, Versions(), _changed, out _);
        return new FitError(view.NodeCount, Status.Success, memo.LastRejections ??= Reject(plan, view, attempt));
    }

    /// <summary>True where a pod of this class passes every filter on one node in this state. Nothing is kept, as trial states never come again.</summary>
    internal bool Fits(PodClass podClass, ClusterView view, int node, long attempt)
    {
        ClassPlan plan = MemoOf(podClass, view).Plan;
        Block block = view.BlockOf(node);
        ulong lanes = plan.Status.IsSuccess ? plan.Named(block, block.Nodes.Present & 1UL << (node % Block.Size)) : 0;
        foreach (ref readonly FilterSlot slot in plan.Filters.AsSpan())
        {
            if (lanes == 0)
            {
                break;
            }

            lanes = slot.Plugin.Filter(new PluginContext(podClass, slot.State, view, attempt), block, lanes);
        }

        return lanes != 0;
    }

    /// <summary>The nodes of a block that may fit, whatever is placed on them: those that pass the filters which look at nodes alone.</summary>
    internal ulong MayFit(PodClass podClass, ClusterView view, int block, long attempt)
    {
        ClassPlan plan = MemoOf(podClass, view).Plan;
        ulong lanes = plan.Status.IsSuccess ? plan.Named(view.Blocks[block], view.Blocks[block].Nodes.Present) : 0;
        foreach (ref readonly FilterSlot slot in plan.NodeFilters.AsSpan())
        {
            if (lanes == 0)
            {
                break;
            }

            lanes = slot.Plugin.Filter(new PluginContext(podClass, slot.State, view, attempt), view.Blocks[block], lanes);
        }

        return lanes;
    }

    /// <summary>Why a pod of this class does not fit on one node; no reason where it does.</summary>
    internal Rejections ExplainNode(PodClass podClass, ClusterView view, int node, long attempt)
    {
        Rejections rejections = new();
        Reject(MemoOf(podClass, view).Plan, view, view.BlockOf(node), 1UL << (node % Block.Size), attempt, rejections);
        return rejections;
    }

    /// <summary>The devices that a pod of this class would be given on a node where it fits.</summary>
    internal DeviceSet ChooseDevices(PodClass podClass, ClusterView view, int node, long attempt) =>
        ChooseDevices(MemoOf(podClass, view).Plan, view, node, attempt);

    /// <summary>
    /// The plugins that may reject a pod of this class on some node as nodes fill up: what a gang waits for, of which it does not matter who rejects which pod.
    /// </summary>
    internal IEnumerable<string> MayReject(PodClass podClass, ClusterView view)
    {
        ClassPlan plan = MemoOf(podClass, view).Plan;
        return plan.Status is { IsSuccess: false, Plugin: { } plugin } ? [plugin] : plan.Filters.Select(f => f.Plugin.Name);
    }

    /// <summary>How many of some nodes a pod of this class fits on.</summary>
    internal int CountFeasible(PodClass podClass, ClusterView view, NodeSet nodes)
    {
        ClassMemo memo = MemoOf(podClass, view);
        if (!memo.Plan.Status.IsSuccess)
        {
            return 0;
        }

        memo.Best(view, 0, Versions(), _changed, out _);
        return memo.CountAmong(nodes);
    }

    /// <summary>How many pods of a class fit where in this state.</summary>
    /// <returns>Counts that stand until the next call for the class; null where PreFilter found that none fits anywhere.</returns>
    internal ClassCapacity? CapacityOf(PodClass podClass, ClusterView view, DomainTree tree, long attempt)
    {
        ClassMemo memo = MemoOf(podClass, view);
        if (!memo.Plan.Status.IsSuccess)
        {
            return null;
        }

        memo.Best(view, attempt, Versions(), _changed, out _);
        ClassCapacity capacity = memo.Capacity ??= new ClassCapacity(memo);
        capacity.Refresh(view, tree, attempt);
        return capacity;
    }

    /// <summary>The devices for a pod on a node on which it was counted; asks the filters that cannot count.</summary>
    /// <returns>False where one more pod does not fit there, or not with the devices that the policy picks.</returns>
    internal static bool TryChoose(ClassMemo memo, ClusterView view, int node, long attempt, out DeviceSet devices)
    {
        devices = DeviceSet.Empty;
        if (!PassesUncounted(memo.Plan, view, node, attempt))
        {
            return false;
        }

        if (memo.Plan.Class.Devices.IsNone)
        {
            return true;
        }

        devices = ChooseDevices(memo.Plan, view, node, attempt);
        return devices.Count == memo.Plan.Class.Devices.Count;
    }

    /// <summary>Whether the filters that cannot count let one more pod onto a node.</summary>
    internal static bool PassesUncounted(ClassPlan plan, ClusterView view, int node, long attempt)
    {
        foreach (ref readonly FilterSlot slot in plan.UncountedFilters.AsSpan())
        {
            if (slot.Plugin.Filter(new PluginContext(plan.Class, slot.State, view, attempt), view.BlockOf(node), 1UL << (node % Block.Size)) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Drops what is remembered of a class; the next question about it is answered from scratch.</summary>
    public void Forget(PodClass podClass)
    {
        if (podClass.Id < _memos.Length)
        {
            _memos[podClass.Id] = null;
        }
    }

    private static Rejections Reject(ClassPlan plan, ClusterView view, long attempt)
    {
        Rejections rejections = new();
        foreach (Block block in view.Blocks)
        {
            Reject(plan, view, block, block.Nodes.Present, attempt, rejections);
        }

        return rejections;
    }

    private static void Reject(ClassPlan plan, ClusterView view, Block block, ulong asked, long attempt, Rejections rejections)
    {
        ulong lanes = plan.Named(block, asked);
        if (lanes != asked)
        {
            rejections.Speaks(plan.NodeNamesBy.Split(' ')[0], 0);
            rejections.Add(
                asked & ~lanes, StatusCode.UnschedulableAndUnresolvable, $"node(s) didn't satisfy plugin(s) [{plan.NodeNamesBy}]");
        }

        for (int place = 0; place < plan.Filters.Length && lanes != 0; place++)
        {
            FilterSlot slot = plan.Filters[place];
            PluginContext context = new(plan.Class, slot.State, view, attempt);
            ulong passed = slot.Plugin.Filter(context, block, lanes);
            if (passed != lanes)
            {
                rejections.Speaks(slot.Plugin.Name, place + 1);
                slot.Plugin.Explain(context, block, lanes & ~passed, rejections);
            }

            lanes = passed;
        }
    }

    private static DeviceSet ChooseDevices(ClassPlan plan, ClusterView view, int node, long attempt)
    {
        foreach ((IDevicePlugin plugin, object? state) in plan.DevicePlugins)
        {
            DeviceSet devices = plugin.ChooseDevices(
                new PluginContext(plan.Class, state, view, attempt), view.BlockOf(node), node % Block.Size);
            if (!devices.IsEmpty)
            {
                return devices;
            }
        }

        return DeviceSet.Empty;
    }

    private long Versions()
    {
        long versions = 0;
        foreach (IVersionedPlugin plugin in _versioned)
        {
            versions = (versions * 31) + plugin.Version;
        }

        return versions;
    }

    private ClassMemo MemoOf(PodClass podClass, ClusterView view)
    {
        if (podClass.Id >= _memos.Length)
        {
            Array.Resize(ref _memos, Math.Max(podClass.Id + 1, _memos.Length * 2));
        }

        ClassMemo? memo = _memos[podClass.Id];
        if (memo is null || !ReferenceEquals(memo.Plan.Class, podClass))
        {
            MakeRoom();
            memo = new ClassMemo(ClassPlan.Make(_profile, podClass, view.Vocabulary, _times), _times, _parallelism);
            _memos[podClass.Id] = memo;
        }

        memo.LastUse = ++_uses;
        return memo;
    }

    private void MakeRoom()
    {
        while (_memos.Sum(m => m?.Bytes ?? 0) > _memoryLimit)
        {
            ClassMemo oldest = _memos.Where(m => m is not null).MinBy(m => m!.LastUse)!;
            _memos[oldest.Plan.Class.Id] = null;
        }
    }
}
