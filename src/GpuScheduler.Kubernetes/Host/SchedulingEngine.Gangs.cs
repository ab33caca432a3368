using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <content>Gangs: the objects that state them, what users hear of them, and the evictions that a gang needs which came apart while it was bound.</content>
internal sealed partial class SchedulingEngine
{
    /// <summary>Time until evictions that did not go are tried again.</summary>
    private static readonly TimeSpan EvictAgainAfter = TimeSpan.FromSeconds(10);

    /// <summary>Pods that Volcano's controllers make name this scheduler, and they make none before their group's status says that it was seen.</summary>
    private const string VolcanoName = "volcano";

    private readonly Dictionary<GangKey, GangRecord> _gangs = [];
    private readonly Dictionary<(string Resource, string Name), StatedTopology> _topologies = [];
    private readonly Queue<(GangEviction Eviction, DateTimeOffset At)> _evictAgain = new();

    /// <summary>Gangs of which it was told that they started.</summary>
    private readonly HashSet<GangUnit> _started = new(ReferenceEqualityComparer.Instance);
    private ImmutableArray<string> _topologyProblems = [];
    private bool _isTopologyNew;

    /// <summary>Where the PriorityClasses that gangs name are found; null: nowhere.</summary>
    public PriorityClassDirectory? PriorityClasses { get; init; }

    /// <summary>The API shows this object that states a gang, new or changed. A state older than the one known is ignored.</summary>
    public void SetGang(StatedGang stated)
    {
        if (!_gangs.TryGetValue(stated.Gang.Key, out GangRecord? record))
        {
            record = new GangRecord(stated);
            _gangs.Add(stated.Gang.Key, record);
        }
        else if (ResourceVersions.IsOlder(stated.ResourceVersion, record.Latest!.ResourceVersion))
        {
            return;
        }
        else
        {
            record.Latest = stated;
        }

        Scheduler.SetGang(WithPriority(stated.Gang));
        _observer.GangStated(record, IsOurs(stated));
    }

    /// <summary>The API shows the object no more.</summary>
    public void RemoveGang(GangKey key)
    {
        if (_gangs.Remove(key, out GangRecord? record))
        {
            record.Latest = null;
            Scheduler.RemoveGang(key);
        }
    }

    /// <summary>The API shows this object that states levels or domains, new or changed.</summary>
    public void SetTopology(StatedTopology stated)
    {
        _topologies[(stated.Resource, stated.Name)] = stated;
        _isTopologyNew = true;
    }

    /// <summary>The API shows the object no more.</summary>
    public void RemoveTopology(StatedTopology last) => _isTopologyNew |= _topologies.Remove((last.Resource, last.Name));

    private bool SettleNodes()
    {
        bool worked = Mirror.SettleNodes();
        worked |= Mirror.SettleClaims();
        if (!_isTopologyNew && !(worked && _topologies.Values.Any(t => !t.Objects.HyperNodes.IsEmpty || !t.Objects.Layers.IsEmpty)))
        {
            return worked;
        }

        _isTopologyNew = false;
        TopologyObjects objects = new()
        {
            Named = [.. _topologies.Values.SelectMany(t => t.Objects.Named)],
            HyperNodes = [.. _topologies.Values.SelectMany(t => t.Objects.HyperNodes)],
            Layers = [.. _topologies.Values.SelectMany(t => t.Objects.Layers)],
        };
        ImmutableArray<string> problems = Scheduler.SetTopology(objects);
        foreach (string problem in problems.Except(_topologyProblems))
        {
            _observer.TopologyProblem(problem);
        }

        _topologyProblems = problems;
        return true;
    }

    /// <summary>What its PriorityClass says, where it does not say it itself.</summary>
    private GangObject WithPriority(GangObject gang)
    {
        if (gang.Priority is not null || gang.PriorityClassName.Length == 0 || PriorityClasses?.Find(gang.PriorityClassName) is not { } named)
        {
            return gang;
        }

        return gang with { Priority = named.Value, NeverPreempts = gang.NeverPreempts || named.PreemptionPolicy == PreemptionPolicy.Never };
    }

    private GangRecord? RecordOf(GangUnit gang) => _gangs.GetValueOrDefault(gang.Key);

    /// <summary>All objects that state it, the topmost first; none where only its pods do.</summary>
    private GangRecord[] RecordsOf(GangUnit gang) =>
        gang.Stated is { } stated ? [.. stated.Objects.Select(o => _gangs.GetValueOrDefault(o.Key)).OfType<GangRecord>()] : [];

    private void NoteGang(in AttemptResult result, long started, DateTimeOffset startedAt)
    {
        GangAttempt attempt = result.Gang!;
        foreach (AttemptResult member in attempt.Members)
        {
            Note(member, started, startedAt);
        }

        _observer.GangAttempted(RecordsOf(attempt.Gang), result);
    }

    private void NoteStarted(Pod pod)
    {
        if (pod.Gang is null || Scheduler.Gangs.Find(pod)?.Gang is not { IsStarted: true } gang || !_started.Add(gang))
        {
            return;
        }

        _started.RemoveWhere(g => g.Pods.Count == 0);
        _observer.GangStarted(RecordsOf(gang), gang);
    }

    /// <summary>Tells all that gangs wait for once more: whoever led before may not have said it.</summary>
    public void TellAllGangs()
    {
        foreach (GangRecord record in _gangs.Values)
        {
            _observer.GangStated(record, IsOurs(record.Latest!));
        }

        foreach (GangUnit gang in Scheduler.Gangs.Gangs)
        {
            TellWait(gang);
        }
    }

    private bool IsOurs(StatedGang stated) => Scheduler.Serves(VolcanoName) || Scheduler.Gangs.Find(stated.Gang.Key) is { Pods.Count: > 0 };

    private void TellWait(GangUnit gang)
    {
        IEnumerable<PodRecord> waiting = gang.Pods.Where(p => p.State == GangPodState.Pending).Select(p => Mirror.Find(p.Pod.Uid)).OfType<PodRecord>();
        _observer.GangWaits(RecordOf(gang), gang, waiting, gang.Wait);
    }

    /// <summary>Tells what gangs wait for, and sees to the evictions that some need.</summary>
    private bool TellGangs()
    {
        bool worked = false;
        while (Scheduler.Gangs.TryTakeNews(out GangUnit? gang))
        {
            worked = true;
            TellWait(gang);
        }

        while (Scheduler.TryTakeEviction(out GangEviction? eviction))
        {
            worked = true;
            _observer.GangEvicting(_gangs.GetValueOrDefault(eviction.Gang), eviction, eviction.Pods.Select(p => Mirror.Find(p.Uid)).OfType<PodRecord>());
            Evict(eviction);
        }

        while (_evictAgain.TryPeek(out (GangEviction Eviction, DateTimeOffset At) next) && next.At <= _time.GetUtcNow())
        {
            worked = true;
            _evictAgain.Dequeue();
            Evict(next.Eviction);
        }

        return worked;
    }

    private void Evict(GangEviction eviction)
    {
        // Those that are gone by now, or whose gang wants them after all, are left out.
        ImmutableArray<Pod> pods = [.. eviction.Pods.Where(p => Scheduler.Gangs.Find(p) is { State: GangPodState.Leaving })];
        if (pods.IsEmpty || _evictor is null)
        {
            return;
        }

        eviction = eviction with { Pods = pods };
        EvictionRequest request = new([.. pods.Select(p => new EvictionTarget(p.Namespace, p.Name, p.Uid))], pods[0].Spec.SchedulerName, BeyondBudgets: false);
        _evictor.Start(request, outcome => Post(() =>
        {
            if (!outcome.IsDone)
            {
                _observer.GangEvictionFailed(eviction, outcome.Message);
                _evictAgain.Enqueue((eviction, _time.GetUtcNow() + EvictAgainAfter));
            }
        }));
    }
}
