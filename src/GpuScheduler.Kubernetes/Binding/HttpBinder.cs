using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Runs binding cycles, so many at a time: PreBind plugins, then the profile's own Bind plugins or the API server's binding. Pods for HAMi's device plugin wait for the
/// lock of their node first, beside the others: they keep nobody from being bound elsewhere.
/// </summary>
internal sealed class HttpBinder : IBinder, IAsyncDisposable
{
    /// <summary>
    /// Binds at once. More than the server works on in parallel only waits there; fewer leave it idle during the round trip.
    /// </summary>
    private const int Workers = 64;

    /// <summary>
    /// Binds that wait for a worker, beyond which there is no room for more decisions: enough to keep all workers busy while the engine takes in events. A gang
    /// goes out whole, and may take it over.
    /// </summary>
    private const int Waiting = 64;

    private readonly Channel<Work> _work = Channel.CreateUnbounded<Work>();
    private readonly BindClient _client;
    private readonly NodeLockClient _locks;
    private readonly ClaimClient _claims;
    private readonly Func<LeaderTerm?> _term;
    private readonly ISchedulingObserver _observer;
    private readonly TimeProvider _time;
    private readonly List<Task> _locking = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly Task[] _workers;
    private int _underWay;
    private int _waitingForLocks;

    public HttpBinder(BindClient client, NodeLockClient locks, ClaimClient claims, Func<LeaderTerm?> term, ISchedulingObserver? observer = null, TimeProvider? time = null)
    {
        _client = client;
        _locks = locks;
        _claims = claims;
        _term = term;
        _observer = observer ?? NoSchedulerMetrics.Instance;
        _time = time ?? TimeProvider.System;
        _workers = [.. Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync))];
    }

    /// <summary>Binds that were started and have no outcome yet.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    public bool HasRoom => UnderWay - Volatile.Read(ref _waitingForLocks) < Workers + Waiting;

    public void Start(Profile profile, NodeReservation reservation, BindRequest request, Action<BindOutcome> done)
    {
        Work work = new(profile, reservation, request, _term(), done);
        Interlocked.Increment(ref _underWay);
        if (work.NeedsLock)
        {
            Interlocked.Increment(ref _waitingForLocks);
            lock (_locking)
            {
                _locking.RemoveAll(t => t.IsCompleted);
                _locking.Add(Task.Run(() => LockAsync(work)));
            }
        }
        else
        {
            Queue(work);
        }
    }

    /// <summary>Waits for the binds under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        Task[] locking;
        lock (_locking)
        {
            locking = [.. _locking];
        }

        await Task.WhenAll(locking).ConfigureAwait(false);
        _work.Writer.TryComplete();
        await Task.WhenAll(_workers).ConfigureAwait(false);
        _ending.Dispose();
    }

    private void Queue(Work work)
    {
        if (!_work.Writer.TryWrite(work))
        {
            End(work, new BindOutcome(BindOutcomeKind.Retry, "the binder has ended"));
        }
    }

    private void End(Work work, BindOutcome outcome)
    {
        Interlocked.Decrement(ref _underWay);
        work.Done(outcome);
    }

    private async Task LockAsync(Work work)
    {
        BindOutcome? failed = new BindOutcome(BindOutcomeKind.Cancelled, "this replica does not lead any more");
        if (work.Term is { } term)
        {
            using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(term.Ended, _ending.Token);
            failed = await _locks.TakeAsync(work.Request, term with { Ended = ended.Token }).ConfigureAwait(false);
        }

        Interlocked.Decrement(ref _waitingForLocks);
        if (failed is not { } outcome)
        {
            Queue(work);
        }
        else if (work.Request.TryBegin())
        {
            End(work, outcome);
        }
        else
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    /// <summary>A pod that is not bound, or not there, needs no lock; one that may be bound does: its devices are given by it.</summary>
    private Task UnlockAsync(Work work, BindOutcome? outcome)
    {
        bool mayBeThere = outcome is { } o && (o.IsBound || o.Kind == BindOutcomeKind.Unknown || (o.Kind == BindOutcomeKind.BoundElsewhere && o.Node == work.Request.Node));
        return work.NeedsLock && !mayBeThere ? _locks.ReleaseAsync(work.Request) : Task.CompletedTask;
    }

    /// <summary>
    /// A pod that is not bound needs no claims. Where they cannot be given back they may stay allocated without the model's knowing it yet: then the pod keeps its place
    /// until the API tells.
    /// </summary>
    private async Task<BindOutcome> GiveClaimsBackAsync(Work work, BindOutcome outcome)
    {
        bool mayBeThere = outcome.IsBound || outcome.Kind == BindOutcomeKind.Unknown || (outcome.Kind == BindOutcomeKind.BoundElsewhere && outcome.Node == work.Request.Node);
        if (!work.HasClaims || mayBeThere || work.Term is not { } term || await _claims.ReleaseAsync(work.Request, term).ConfigureAwait(false))
        {
            return outcome;
        }

        return outcome.Kind is BindOutcomeKind.Retry or BindOutcomeKind.Rejected && term.IsValid ? outcome with { Kind = BindOutcomeKind.Unknown } : outcome;
    }

    [SuppressMessage("Design", "CA1031", Justification = "A plugin that throws must cost its pod this attempt, not the worker.")]
    private async Task WorkAsync()
    {
        await foreach (Work work in _work.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (!work.Request.TryBegin())
            {
                await UnlockAsync(work, null).ConfigureAwait(false);
                Interlocked.Decrement(ref _underWay);
                continue;
            }

            BindOutcome outcome;
            try
            {
                outcome = await RunAsync(work).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Our own client never throws: then it was PreBind, and nothing was sent. A profile's own Bind plugin may have bound before it threw.
                outcome = new BindOutcome(work.Profile.Bind.IsEmpty ? BindOutcomeKind.Retry : BindOutcomeKind.Unknown, $"a plugin failed: {e}");
            }

            await UnlockAsync(work, outcome).ConfigureAwait(false);
            End(work, await GiveClaimsBackAsync(work, outcome).ConfigureAwait(false));
        }
    }

    private async Task<BindOutcome> RunAsync(Work work)
    {
        if (work.Term is not { IsValid: true } term)
        {
            return new BindOutcome(BindOutcomeKind.Cancelled, "this replica does not lead any more");
        }

        if (!work.Profile.Bind.IsEmpty)
        {
            return OutcomeOf(await BindingCycle.RunAsync(work.Profile, work.Reservation, term.Ended).ConfigureAwait(false));
        }

        long since = _time.GetTimestamp();
        if (await PreBindAsync(work, term).ConfigureAwait(false) is { } failed)
        {
            Ran(ExtensionPoints.PreBind, work, StatusCode.Error, since);
            return failed;
        }

        since = Ran(ExtensionPoints.PreBind, work, StatusCode.Success, since);
        BindOutcome outcome = await _client.BindAsync(work.Request, term).ConfigureAwait(false);
        Ran(ExtensionPoints.Bind, work, outcome.IsBound ? StatusCode.Success : StatusCode.Error, since);
        if (outcome.IsBound)
        {
            Inform(work);
        }

        return outcome;
    }

    /// <returns>Null where all is ready for the Binding.</returns>
    private async Task<BindOutcome?> PreBindAsync(Work work, LeaderTerm term)
    {
        Status status = await BindingCycle.PreBindAsync(work.Profile, work.Reservation, term.Ended).ConfigureAwait(false);
        return !status.IsSuccess ? OutcomeOf(status)
            : work.HasClaims ? await _claims.ReserveAsync(work.Request, term).ConfigureAwait(false)
            : null;
    }

    /// <returns>When it ended, as a timestamp.</returns>
    private long Ran(ExtensionPoints point, Work work, StatusCode status, long since)
    {
        long now = _time.GetTimestamp();
        if (point != ExtensionPoints.PreBind || work.HasPreBind)
        {
            _observer.PointRan(point, work.Profile.SchedulerName, status, _time.GetElapsedTime(since, now));
        }

        return now;
    }

    [SuppressMessage("Design", "CA1031", Justification = "The pod is bound, whatever a plugin makes of it.")]
    private static void Inform(Work work)
    {
        foreach (IPostBindPlugin plugin in work.Profile.PostBind)
        {
            try
            {
                plugin.PostBind(work.Reservation);
            }
            catch (Exception)
            {
                // PostBind only informs (kube-scheduler's contract): it has no way to fail.
            }
        }
    }

    private static BindOutcome OutcomeOf(Status status) => status.IsSuccess
        ? new BindOutcome(BindOutcomeKind.Bound)
        : new BindOutcome(status.IsRejected ? BindOutcomeKind.Rejected : BindOutcomeKind.Retry, $"{status.Plugin}: {status.Reason}");

    private sealed record Work(Profile Profile, NodeReservation Reservation, BindRequest Request, LeaderTerm? Term, Action<BindOutcome> Done)
    {
        /// <summary>A profile's own Bind plugins see to whatever they need.</summary>
        public bool NeedsLock => Request.HamiDevices.Length > 0 && Profile.Bind.IsEmpty;

        public bool HasPreBind => HasClaims || !Profile.PreBind.IsEmpty;

        public bool HasClaims => !Request.Claims.IsEmpty && Profile.Bind.IsEmpty;
    }
}
