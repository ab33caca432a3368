using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// The pods and gangs that wait, with kube-scheduler's semantics: an active heap in QueueSort order; a backoff pool where each rejection doubles the
/// wait; an unschedulable pool that a pod leaves when an event comes which one of the plugins that rejected it waits for.
/// Events that come while a pod is being tried are replayed to it when it fails. One thread at a time.
/// </summary>
public sealed partial class SchedulingQueue
{
    private readonly TimeProvider _time;
    private readonly QueueOptions _options;
    private readonly Func<QueuedPodInfo, Profile> _profileOf;
    private readonly ISchedulingObserver? _observer;
    private readonly PodHeap _active;
    private readonly PodHeap _backoff;
    private readonly PodHeap _errorBackoff;
    private readonly Dictionary<Pod, QueuedPodInfo> _known = new(ReferenceEqualityComparer.Instance);
    private readonly LinkedList<QueuedPodInfo> _unschedulable = [];
    private readonly Dictionary<QueuedPodInfo, LinkedListNode<QueuedPodInfo>> _unschedulablePlaces = [];
    private readonly HashSet<QueuedPodInfo> _gated = [];

    /// <summary>Pods that are being tried, each with the length of <see cref="_events"/> when that began.</summary>
    private readonly Dictionary<QueuedPodInfo, int> _inFlight = [];

    /// <summary>What happened since the oldest of them was popped.</summary>
    private readonly List<ClusterChange> _events = [];

    /// <summary>By profile and plugin name: the events the plugin waits for; null where every event wakes its pods.</summary>
    private readonly Dictionary<Profile, Dictionary<string, ClusterEventWithHint[]?>> _hints = new(ReferenceEqualityComparer.Instance);
    private long _sequence;

    /// <param name="time">The clock that timestamps and backoff follow.</param>
    /// <param name="options">Backoff times.</param>
    /// <param name="sort">Orders the active heap.</param>
    /// <param name="profileOf">The profile that decides for a pod; it names the plugins whose hints count.</param>
    /// <param name="observer">Hears how pods move; null: nobody does.</param>
    public SchedulingQueue(
        TimeProvider time, QueueOptions options, IQueueSortPlugin sort, Func<QueuedPodInfo, Profile> profileOf, ISchedulingObserver? observer = null)
    {
        _observer = observer;
        _time = time;
        _options = options;
        _profileOf = profileOf;
        _active = new PodHeap((a, b) => sort.Less(a, b) || (!sort.Less(b, a) && a.Sequence < b.Sequence));
        _backoff = new PodHeap(ExpiresFirst);
        _errorBackoff = new PodHeap(ExpiresFirst);
    }

    /// <summary>Pods that can be tried now.</summary>
    public int ActiveCount => _active.Count;

    /// <summary>Pods that wait out a backoff.</summary>
    public int BackoffCount => _backoff.Count + _errorBackoff.Count;

    /// <summary>Pods that wait for an event.</summary>
    public int UnschedulableCount => _unschedulable.Count;

    /// <summary>Pods that a PreEnqueue plugin holds back.</summary>
    public int GatedCount => _gated.Count;

    /// <summary>The pods of <see cref="ActiveCount"/>, in no order; so with the other pools.</summary>
    public IEnumerable<QueuedPodInfo> Active => _active.Items;

    public IEnumerable<QueuedPodInfo> Backoff => _backoff.Items.Concat(_errorBackoff.Items);

    public IEnumerable<QueuedPodInfo> Unschedulable => _unschedulable;

    public IEnumerable<QueuedPodInfo> Gated => _gated;

    /// <summary>All of them, those that are being tried or bound included.</summary>
    public int Count => _known.Count;

    /// <summary>Adds a new pod.</summary>
    /// <returns>False where PreEnqueue holds it back.</returns>
    public bool Add(Pod pod, PodClass podClass)
    {
        QueuedPodInfo queued = new(pod, podClass, _time.GetUtcNow()) { Sequence = _sequence++ };
        _known.Add(pod, queued);
        return Activate(queued, QueueCauses.PodAdd);
    }

    /// <summary>True where the pod, or the gang by that name, waits or is being tried.</summary>
    internal bool Knows(Pod pod) => _known.ContainsKey(pod);

    /// <summary>Forgets a pod, wherever it waits.</summary>
    public bool Remove(Pod pod)
    {
        if (!_known.Remove(pod, out QueuedPodInfo? queued))
        {
            return false;
        }

        Land(queued, out _);
        LeavePools(queued);
        SetRejectedBy(queued, []);
        return true;
    }

    /// <summary>Takes the next pod to try, or null. Where nothing is active the best of the backoff pool is tried early.</summary>
    public QueuedPodInfo? Pop()
    {
        FlushBackoff();
        QueuedPodInfo? queued = _active.Count > 0 ? _active.Pop() : _backoff.Count > 0 ? _backoff.Pop() : null;
        if (queued is not null)
        {
            SetRejectedBy(queued, []);
            queued.Attempts++;
            queued.WaitedSince = queued.Timestamp;
            _inFlight.Add(queued, _events.Count);
        }

        return queued;
    }

    /// <summary>The pod is bound, or given up for good.</summary>
    public void Done(QueuedPodInfo queued)
    {
        Land(queued, out _);
        _known.Remove(queued.Pod);
    }

    /// <summary>The pod was rejected by <paramref name="plugins"/>: it waits for an event that one of them can use.</summary>
    public void Reject(QueuedPodInfo queued, IReadOnlyCollection<string> plugins)
    {
        queued.UnschedulableCount++;
        queued.ConsecutiveErrors = 0;
        SetRejectedBy(queued, plugins);
        if (!Land(queued, out bool mayFitNow))
        {
            return;
        }

        queued.Timestamp = _time.GetUtcNow();
        if (mayFitNow)
        {
            Enter(_backoff, queued, QueueCauses.AttemptFailed);
            return;
        }

        _unschedulablePlaces[queued] = _unschedulable.AddLast(queued);
        _observer?.Entered(QueuePool.Unschedulable, QueueCauses.AttemptFailed);
    }

    /// <summary>Something broke while the pod was tried: it is tried again after a backoff, whatever happens.</summary>
    public void Retry(QueuedPodInfo queued)
    {
        queued.ConsecutiveErrors++;
        SetRejectedBy(queued, []);
        if (Land(queued, out _))
        {
            queued.Timestamp = _time.GetUtcNow();
            Enter(_errorBackoff, queued, QueueCauses.AttemptFailed);
        }
    }

    /// <summary>Tells the queue what happened in the cluster; pods that it may help move on.</summary>
    /// <returns>How many pods moved.</returns>
    public int Move(ClusterChange change)
    {
        if (_inFlight.Count > 0)
        {
            _events.Add(change);
        }

        int moved = 0;
        for (LinkedListNode<QueuedPodInfo>? at = _unschedulable.First; at is not null;)
        {
            LinkedListNode<QueuedPodInfo>? next = at.Next;
            if (MayHelp(at.Value, change))
            {
                Wake(at.Value, CauseOf(change.Event));
                moved++;
            }

            at = next;
        }

        return moved;
    }

    /// <summary>Has a pod that waits for an event tried again without one, once its backoff is over.</summary>
    /// <returns>False where it does not wait for an event.</returns>
    public bool Wake(Pod pod)
    {
        if (!_known.TryGetValue(pod, out QueuedPodInfo? queued) || !_unschedulablePlaces.ContainsKey(queued))
        {
            return false;
        }

        Wake(queued, QueueCauses.ForceActivate);
        return true;
    }

    /// <summary>What this plugin rejected may fit now, whatever events say.</summary>
    internal void WakeRejectedBy(string plugin)
    {
        for (LinkedListNode<QueuedPodInfo>? at = _unschedulable.First; at is not null;)
        {
            LinkedListNode<QueuedPodInfo>? next = at.Next;
            if (at.Value.RejectedBy.Contains(plugin))
            {
                Wake(at.Value, QueueCauses.ForceActivate);
            }

            at = next;
        }
    }

    /// <summary>Tries a held-back pod's gates again.</summary>
    public bool Ungate(Pod pod) =>
        _known.TryGetValue(pod, out QueuedPodInfo? queued) && _gated.Remove(queued) && Activate(queued, QueueCauses.Ungated);

    /// <summary>When <see cref="Pop"/> will next have a pod without any event, or null.</summary>
    public DateTimeOffset? NextWakeUp()
    {
        if (_active.Count + _backoff.Count > 0)
        {
            return _time.GetUtcNow();
        }

        DateTimeOffset? next = _errorBackoff.Count > 0 ? ExpiryOf(_errorBackoff.Peek()) : null;

        if (_unschedulable.First is { } oldest)
        {
            DateTimeOffset flush = oldest.Value.Timestamp + _options.MaxUnschedulable;
            next = next is null || flush < next ? flush : next;
        }

        return next;
    }

    /// <summary>Moves pods whose backoff is over to the active heap, and those that have been unschedulable for too long out of their pool.</summary>
    public void FlushBackoff()
    {
        DateTimeOffset now = _time.GetUtcNow();
        while (_backoff.Count > 0 && ExpiryOf(_backoff.Peek()) <= now)
        {
            Activate(_backoff.Pop(), QueueCauses.BackoffComplete);
        }

        while (_errorBackoff.Count > 0 && ExpiryOf(_errorBackoff.Peek()) <= now)
        {
            Activate(_errorBackoff.Pop(), QueueCauses.BackoffComplete);
        }

        while (_unschedulable.First is { } oldest && oldest.Value.Timestamp + _options.MaxUnschedulable <= now)
        {
            Wake(oldest.Value, QueueCauses.Timeout);
        }
    }

    /// <summary>How long the pod waits after its latest failure (kube-scheduler: initial x 2^(failures - 1), at most the maximum).</summary>
    internal TimeSpan BackoffOf(QueuedPodInfo queued)
    {
        int failures = Math.Max(queued.ConsecutiveErrors, queued.UnschedulableCount);
        TimeSpan backoff = _options.InitialBackoff;
        for (int i = 1; i < failures && backoff < _options.MaxBackoff; i++)
        {
            backoff += backoff;
        }

        return backoff < _options.MaxBackoff ? backoff : _options.MaxBackoff;
    }

    /// <summary>The attempt at a pod is over.</summary>
    /// <param name="mayFitNow">True where something happened meanwhile that may help it.</param>
    /// <returns>False where the pod was not being tried.</returns>
    private bool Land(QueuedPodInfo queued, out bool mayFitNow)
    {
        mayFitNow = false;
        if (!_inFlight.Remove(queued, out int start))
        {
            return false;
        }

        for (int i = start; i < _events.Count && !mayFitNow; i++)
        {
            // That it gave its own place back is no news to it.
            mayFitNow = !ReferenceEquals(_events[i].Pod, queued.Pod) && MayHelp(queued, _events[i]);
        }

        if (_inFlight.Count == 0)
        {
            _events.Clear();
        }

        return true;
    }

    private bool Activate(QueuedPodInfo queued, string cause)
    {
        // Of a gang the pods were asked one by one when they came.
        if (queued.Gang is null)
        {
            foreach (IPreEnqueuePlugin plugin in _profileOf(queued).PreEnqueue)
            {
                if (!plugin.PreEnqueue(queued.Pod).IsSuccess)
                {
                    HoldBack(queued, cause);
                    return false;
                }
            }
        }

        Enter(_active, queued, cause);
        return true;
    }

    private void Wake(QueuedPodInfo queued, string cause)
    {
        LeaveUnschedulable(queued);
        Push(queued, cause);
    }

    /// <summary>To the active heap, or to the backoff pool while its last failure is too recent.</summary>
    private void Push(QueuedPodInfo queued, string cause)
    {
        if (queued.UnschedulableCount + queued.ConsecutiveErrors == 0 || ExpiryOf(queued) <= _time.GetUtcNow())
        {
            Activate(queued, cause);
        }
        else
        {
            Enter(_backoff, queued, cause);
        }
    }

    private void LeavePools(QueuedPodInfo queued)
    {
        _gated.Remove(queued);
        if (!_active.Remove(queued) && !_backoff.Remove(queued) && !_errorBackoff.Remove(queued))
        {
            LeaveUnschedulable(queued);
        }
    }

    private void LeaveUnschedulable(QueuedPodInfo queued)
    {
        if (_unschedulablePlaces.Remove(queued, out LinkedListNode<QueuedPodInfo>? place))
        {
            _unschedulable.Remove(place);
        }
    }

    private bool ExpiresFirst(QueuedPodInfo a, QueuedPodInfo b)
    {
        DateTimeOffset x = ExpiryOf(a), y = ExpiryOf(b);
        return x < y || (x == y && a.Sequence < b.Sequence);
    }

    private DateTimeOffset ExpiryOf(QueuedPodInfo queued) => queued.Timestamp + BackoffOf(queued);
}
