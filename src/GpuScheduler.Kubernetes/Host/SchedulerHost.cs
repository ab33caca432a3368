using System.Collections.Immutable;
using GpuScheduler.Manifests;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// A scheduler at work on one API server: watches, engine, binder, leader election and audits, put together. It owns no state that the API does not hold:
/// killed at any instant, another one goes on from there.
/// </summary>
public sealed partial class SchedulerHost : IAsyncDisposable
{
    /// <summary>Time until a list that failed before a term could begin is tried again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Time until it is looked again whether the first lists are complete.</summary>
    private static readonly TimeSpan UntilListed = TimeSpan.FromMilliseconds(20);

    /// <summary>Time between two audits while the outcome of some bind is unknown.</summary>
    private static readonly TimeSpan SoonerAudit = TimeSpan.FromSeconds(10);

    /// <summary>What the first finds suspect, the second mends; one more for what moved between them.</summary>
    private const int AuditsAfterCatchingUp = 3;

    private readonly SchedulerHostOptions _options;
    private readonly ILogger _logger;
    private readonly EngineReporter _reporter;
    private readonly ApiReports _reports;
    private readonly HttpBinder _binder;
    private readonly HttpEvictor _evictor;
    private readonly BindingGate _gate;
    private readonly EngineHeartbeat _heartbeat;
    private readonly SchedulingEngine _engine;
    private readonly ClusterAudit _audit;
    private readonly ImmutableArray<IObjectWatch> _watches;
    private readonly ImmutableArray<IObjectWatch> _discovered;
    private readonly ImmutableArray<IObjectWatch> _supporting;
    private readonly ObjectLister<PodObject> _pods;
    private readonly ObjectLister<NodeObject> _nodes;
    private readonly Func<CancellationToken, Task<(ImmutableArray<ResourceClaim> Items, string Version)>> _listClaims;
    private readonly LeaderElector _elector;
    private readonly SemaphoreSlim _listing = new(1, 1);
    private readonly ClockWatch _clock;

    /// <summary>
    /// Audits that are due soon. A pod that was deleted while a new leader listed, and that no watch of its ever showed, stays in the model
    /// until two audits have missed it.
    /// </summary>
    private volatile int _auditsSoon;

    /// <param name="options">How it works.</param>
    /// <param name="connection">The API server.</param>
    /// <param name="logs">Where it logs.</param>
    public SchedulerHost(SchedulerHostOptions options, ApiConnection connection, ILoggerFactory logs)
    {
        _options = options;
        HttpClient http = connection.LimitedClient;
        _logger = logs.CreateLogger("GpuScheduler");
        Random random = new(options.Seed);
        double Jitter()
        {
            lock (random)
            {
                return random.NextDouble();
            }
        }

        SteadyTime steady = new(options.Time);
        _clock = new ClockWatch(steady, options.Metrics, _logger);
        EngineWatches watches = new(connection, options, logs.CreateLogger("GpuScheduler.Watch"));
        _watches = watches.All;
        _discovered = watches.Discovered;
        _supporting = watches.Supporting;
        PriorityClasses = watches.PriorityClasses;
        _gate = new BindingGate(_watches, options.FreshnessLimit);
        _reports = new ApiReports(
            () => new EventRecorder(http, options.Profiles[0].SchedulerName, options.Identity, options.Time),
            new PodStatusWriter(http, options.Time), new GangStatusWriter(http, options.Time), () => IsLeader, options.Time, _logger);
        _reporter = new EngineReporter(_reports, options.Metrics, steady, _logger);
        ClaimClient claims = new(http, () => watches.Claims.Version, claim => _engine!.Post(() => _engine.Mirror.SetClaim(claim)), options.Time, Jitter);
        VolumeClient volumes = new(
            http, watches.VolumeNews, volume => _engine!.Post(() => _engine.Mirror.Volumes.Set(volume)), claim => _engine!.Post(() => _engine.Mirror.Volumes.Set(claim)), options.Time, Jitter);
        _binder = new HttpBinder(
            new BindClient(http, options.Time, Jitter), new NodeLockClient(http, options.Time, Jitter), claims, volumes, () => _gate.Term, options.Metrics, steady);
        _evictor = new HttpEvictor(http, () => _gate.Term, options.Time);
        _heartbeat = new EngineHeartbeat(options.Time, options.TurnLimit);
        _engine = new SchedulingEngine(
            options.Cluster, options.Profiles, options.Queue, steady, _binder, _gate, _reporter, _heartbeat, options.Arrived, _evictor, options.Left, options.Shapes,
            options.Metrics, options.Parallelism)
        {
            PriorityClasses = PriorityClasses,
            FreeClaim = (pod, claim) => _gate.Term is { IsValid: true } term ? claims.DeallocateAsync(pod, claim, term) : Task.CompletedTask,
        };
        watches.Connect(_engine);
        _audit = new ClusterAudit(_engine.Mirror, options.Cluster, options.Time);
        _pods = new ObjectLister<PodObject>(connection.Client, new PodDecoder(), options.Time, e => LogUnreadable(e.Message));
        _nodes = new ObjectLister<NodeObject>(connection.Client, new NodeDecoder(options.Shapes), options.Time, e => LogUnreadable(e.Message));
        _listClaims = watches.Claims.ListAsync;
        _elector = new LeaderElector(connection.Client, options.LeaderElection, options.Identity, options.Time, Jitter, _logger);
        Debug = new EngineDebug(_engine, options.Cluster, options.Configuration);
    }

    /// <summary>What the debug port shows.</summary>
    public ISchedulerDebug Debug { get; }

    /// <summary>The cluster's PriorityClasses, as the watch tells them.</summary>
    public PriorityClassDirectory PriorityClasses { get; }

    /// <summary>True while this replica makes decisions.</summary>
    public bool IsLeader => _gate.Term is { IsValid: true };

    /// <summary>What is held at this instant. Any thread.</summary>
    public SchedulerReadings Readings => _engine.Counts with
    {
        IsLeader = IsLeader,
        Watches = [.. _watches.Where(w => w.Age is not null).Select(w => new WatchReading(w.Resource, w.Age!.Value))],
        Snapshot = _options.Cluster.Head,
    };

    /// <summary>Where one fails for long, the process should be started anew.</summary>
    public ImmutableArray<HealthCheck> LiveChecks =>
        [_heartbeat.Check("engine")];

    /// <summary>Where one fails, this replica does not bind now. Standing by is no failure.</summary>
    public ImmutableArray<HealthCheck> ReadyChecks =>
        [.. _watches.Select(w => HealthCheck.OfWatch(w.Resource, () => w.Age, _options.FreshnessLimit))];

    /// <summary>
    /// Works until it is cancelled; then finishes the binds under way, for a while, and gives the lease back. Should one of its parts end by itself, the rest
    /// is ended too and what ended it is thrown: a process that is started anew is better than half a scheduler.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource ending = new();
        using CancellationTokenSource electing = new();
        Task engine = Task.Run(() => _engine.RunAsync(ending.Token), CancellationToken.None);
        Task[] watches =
        [
            .. _watches.Concat(_supporting).Concat(_discovered).Select(w => Task.Run(() => w.RunAsync(ending.Token), CancellationToken.None)),
        ];
        Task leading = LeadAsync(electing.Token);
        Task auditing = AuditAsync(ending.Token);
        Task first = await Task.WhenAny([Task.Delay(Timeout.InfiniteTimeSpan, cancellation), engine, leading, auditing, .. watches]).ConfigureAwait(false);
        if (!cancellation.IsCancellationRequested)
        {
            LogPartEnded(first.Exception?.InnerException);
        }

        LogStopping();
        _gate.Pause();
        await DrainAsync().ConfigureAwait(false);
        await electing.CancelAsync().ConfigureAwait(false);
        await leading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll([leading, engine, auditing, .. watches]).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _binder.DisposeAsync().ConfigureAwait(false);
        await _evictor.DisposeAsync().ConfigureAwait(false);
        await _reports.DisposeAsync().ConfigureAwait(false);
        _engine.Dispose();
        _listing.Dispose();
    }

    private async Task LeadAsync(CancellationToken cancellation)
    {
        if (!_options.LeaderElection.LeaderElect)
        {
            await ServeTermAsync(LeaderTerm.WithoutLease(cancellation)).ConfigureAwait(false);
            return;
        }

        await _elector.RunAsync(ServeTermAsync, cancellation).ConfigureAwait(false);
        try
        {
            using CancellationTokenSource limit = new(_options.DrainLimit, _options.Time);
            await _elector.ReleaseAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            LogNotReleased(e.Message);
        }
    }

    /// <summary>One term: first sees everything that earlier leaders did, then decides until the term ends.</summary>
    private async Task ServeTermAsync(LeaderTerm term)
    {
        try
        {
            long began = _options.Time.GetTimestamp();
            while (_watches.Any(w => w.Age is null))
            {
                await Task.Delay(UntilListed, _options.Time, term.Ended).ConfigureAwait(false);
            }

            // Lists that were asked for within the term show already all that earlier leaders did.
            while (!_watches.All(w => w.IsListedSince(began)) && !await TryCatchUpAsync(term.Ended).ConfigureAwait(false))
            {
                await Task.Delay(Patience, _options.Time, term.Ended).ConfigureAwait(false);
            }

            await _engine.DoAsync(_engine.Mirror.RestoreNominations).WaitAsync(term.Ended).ConfigureAwait(false);
            _gate.Open(term);
            _engine.Post(_engine.Mirror.TellAllProblems);
            _engine.Post(_engine.TellAllGangs);
            await Task.Delay(Timeout.InfiniteTimeSpan, term.Ended).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The term is over.
        }

        _gate.Close();

        // Requests that were cancelled are soon through; what they left open the watch or an audit tells.
        await DrainAsync().ConfigureAwait(false);
    }

    private async Task<bool> TryCatchUpAsync(CancellationToken cancellation)
    {
        try
        {
            await WithListingAsync(listing => _audit.CatchUp(listing), cancellation).ConfigureAwait(false);
            _auditsSoon = AuditsAfterCatchingUp;
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Text.Json.JsonException)
        {
            LogListFailed(e.Message);
            return false;
        }
    }

    private async Task AuditAsync(CancellationToken cancellation)
    {
        try
        {
            long last = _options.Time.GetTimestamp();
            while (!cancellation.IsCancellationRequested)
            {
                await Task.Delay(SoonerAudit, _options.Time, cancellation).ConfigureAwait(false);
                _clock.Check();
                bool isSoon = _auditsSoon > 0;
                bool isDue = isSoon || _options.Time.GetElapsedTime(last) >= _options.AuditInterval
                    || await _engine.AskAsync(e => e.Mirror.HasUnresolved).WaitAsync(cancellation).ConfigureAwait(false);
                if (!isDue || !(IsLeader || isSoon))
                {
                    continue;
                }

                last = _options.Time.GetTimestamp();
                try
                {
                    await WithListingAsync(Compare, cancellation).ConfigureAwait(false);
                    _auditsSoon = Math.Max(0, _auditsSoon - 1);
                }
                catch (Exception e) when (e is HttpRequestException or IOException or System.Text.Json.JsonException)
                {
                    LogListFailed(e.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private void Compare(ClusterListing listing)
    {
        foreach (Drift drift in _audit.Compare(listing))
        {
            _reporter.Drifted(drift);
        }
    }

    private async Task WithListingAsync(Action<ClusterListing> use, CancellationToken cancellation)
    {
        // One at a time: what is removed meanwhile is noted for one.
        await _listing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await ListAndUseAsync(use, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _listing.Release();
        }
    }

    private async Task ListAndUseAsync(Action<ClusterListing> use, CancellationToken cancellation)
    {
        Dictionary<string, PodObject> known = await _engine.AskAsync(_ => _audit.Begin()).WaitAsync(cancellation).ConfigureAwait(false);
        Task<(ImmutableArray<NodeObject> Items, string Version)> nodes = _nodes.ListAsync(node => node, cancellation);
        Task<(ImmutableArray<PodObject> Items, string Version)> pods = _pods.ListAsync(
            pod => known.TryGetValue(pod.Pod.Uid, out PodObject? same) && same.ResourceVersion == pod.ResourceVersion ? same : pod, cancellation);
        Task<(ImmutableArray<ResourceClaim> Items, string Version)> claims = _listClaims(cancellation);
        await Task.WhenAll(nodes, pods, claims).ConfigureAwait(false);
        await _engine.DoAsync(() => use(new ClusterListing(pods.Result.Items, pods.Result.Version, nodes.Result.Items, nodes.Result.Version) { Claims = claims.Result.Items, ClaimsVersion = claims.Result.Version })).WaitAsync(cancellation).ConfigureAwait(false);
    }

    private async Task DrainAsync()
    {
        long started = _options.Time.GetTimestamp();
        while (_binder.UnderWay > 0 && _options.Time.GetElapsedTime(started) < _options.DrainLimit)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _options.Time).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "A part of the scheduler ended by itself; the process ends, to be started anew")]
    private partial void LogPartEnded(Exception? exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: no more decisions; binds under way are finished")]
    private partial void LogStopping();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease could not be given back, another replica waits until it runs out: {Message}")]
    private partial void LogNotReleased(string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The API could not be listed: {Message}")]
    private partial void LogListFailed(string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An object could not be read: {Message}")]
    private partial void LogUnreadable(string message);
}
