using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Finds the best node for a pod class under one profile. Every node is considered for every pod, but only those that changed since
/// the class was last asked about are looked at again. One thread at a time.
/// </summary>
public sealed class Evaluator
{
    /// <summary>Memory that answers may take before the least recently used class is forgotten, bytes.</summary>
    private const long DefaultMemoryLimit = 1L << 30;

    private readonly Profile _profile;
    private readonly IVersionedPlugin[] _versioned;
    private readonly long _memoryLimit;
    private ClassMemo?[] _memos = new ClassMemo?[16];
    private long _uses;

    public Evaluator(Profile profile, long memoryLimit = DefaultMemoryLimit)
    {
        _profile = profile;
        _versioned = [.. profile.All.OfType<IVersionedPlugin>()];
        _memoryLimit = memoryLimit;
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

        int node = memo.Best(view, attempt, Versions(), out long score);
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

        memo.Best(view, attempt, Versions(), out _);
        int node = memo.BestAmong(view, only, out long score);
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

        memo.Best(view, attempt, Versions(), out _);
        return new FitError(view.NodeCount, Status.Success, memo.LastRejections ??= Reject(plan, view, attempt));
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
            ulong lanes = plan.Named(block, block.Nodes.Present);
            if (lanes != block.Nodes.Present)
            {
                rejections.Speaks(plan.NodeNamesBy.Split(' ')[0], 0);
                rejections.Add(
                    block.Nodes.Present & ~lanes, StatusCode.UnschedulableAndUnresolvable, $"node(s) didn't satisfy plugin(s) [{plan.NodeNamesBy}]");
            }

            for (int place = 0; place < plan.Filters.Length; place++)
            {
                FilterSlot slot = plan.Filters[place];
                if (lanes == 0)
                {
                    break;
                }

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

        return rejections;
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
            memo = new ClassMemo(ClassPlan.Make(_profile, podClass, view.Vocabulary));
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
