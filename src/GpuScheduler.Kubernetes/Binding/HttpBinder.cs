using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>Runs binding cycles, so many at a time: PreBind plugins, then the profile's own Bind plugins or the API server's binding.</summary>
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
    private readonly Func<LeaderTerm?> _term;
    private readonly Task[] _workers;
    private int _underWay;

    public HttpBinder(BindClient client, Func<LeaderTerm?> term)
    {
        _client = client;
        _term = term;
        _workers = [.. Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync))];
    }

    /// <summary>Binds that were started and have no outcome yet.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    public bool HasRoom => UnderWay < Workers + Waiting;

    public void Start(Profile profile, NodeReservation reservation, BindRequest request, Action<BindOutcome> done)
    {
        Interlocked.Increment(ref _underWay);
        if (!_work.Writer.TryWrite(new Work(profile, reservation, request, _term(), done)))
        {
            Interlocked.Decrement(ref _underWay);
            done(new BindOutcome(BindOutcomeKind.Retry, "the binder has ended"));
        }
    }

    /// <summary>Waits for the binds under way.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await Task.WhenAll(_workers).ConfigureAwait(false);
    }

    [SuppressMessage("Design", "CA1031", Justification = "A plugin that throws must cost its pod this attempt, not the worker.")]
    private async Task WorkAsync()
    {
        await foreach (Work work in _work.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (!work.Request.TryBegin())
            {
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

            Interlocked.Decrement(ref _underWay);
            work.Done(outcome);
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

        Status status = await BindingCycle.PreBindAsync(work.Profile, work.Reservation, term.Ended).ConfigureAwait(false);
        if (!status.IsSuccess)
        {
            return OutcomeOf(status);
        }

        BindOutcome outcome = await _client.BindAsync(work.Request, term).ConfigureAwait(false);
        if (outcome.IsBound)
        {
            Inform(work);
        }

        return outcome;
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

    private sealed record Work(Profile Profile, NodeReservation Reservation, BindRequest Request, LeaderTerm? Term, Action<BindOutcome> Done);
}
