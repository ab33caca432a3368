using GpuScheduler.Framework;
using GpuScheduler.Kubernetes;
using GpuScheduler.Scheduling;
using Prometheus;

namespace GpuScheduler.Server;

/// <summary>
/// The scheduler's metrics in the Prometheus format, in a registry of their own. Names, labels and buckets are kube-scheduler's where it has the metric; the
/// others begin with <c>gpuscheduler_</c>. docs/operations.md lists them.
/// </summary>
public sealed class SchedulerMetrics : ISchedulerMetrics
{
    /// <summary>Upper bounds of durations about as long as an attempt: 1 ms to 16 s.</summary>
    private static readonly double[] Attempt = Histogram.ExponentialBuckets(0.001, 2, 15);

    private readonly Labelled<(AttemptOutcome Outcome, string Profile), (Counter.Child Count, Histogram.Child Duration)> _attempts;
    private readonly Histogram _algorithm;
    private readonly Labelled<int, Histogram.Child> _sli;
    private readonly Histogram _podAttempts;
    private readonly Labelled<(ExtensionPoints Point, StatusCode Status, string Profile), Histogram.Child> _points;
    private readonly Labelled<(string Plugin, ExtensionPoints Point, StatusCode Status), Histogram.Child> _plugins;
    private readonly Labelled<StatusCode, Histogram.Child> _permits;
    private readonly Labelled<(QueuePool Pool, string Cause), Counter.Child> _incoming;
    private readonly Labelled<(string Plugin, string Profile), Gauge.Child> _rejected;
    private readonly Counter _preemptions;
    private readonly Histogram _victims;
    private readonly Labelled<string, Counter.Child> _victimKinds;
    private readonly Labelled<(AttemptOutcome Outcome, string Profile), Counter.Child> _gangAttempts;
    private readonly Histogram _gangDuration;
    private readonly Labelled<string, Counter.Child> _bindOutcomes;
    private readonly Labelled<(string Resource, string Reason), Counter.Child> _watchRestarts;
    private readonly Labelled<string, Counter.Child> _decodeFailures;
    private readonly Labelled<string, Counter.Child> _drift;
    private readonly Counter _clockJumps;
    private readonly ReadingGauges _readings;

    public SchedulerMetrics()
    {
        Registry = Prometheus.Metrics.NewCustomRegistry();
        DotNetStats.Register(Registry);
        MetricFactory make = Prometheus.Metrics.WithCustomRegistry(Registry);
        make.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        make.CreateGauge("gpuscheduler_build_info", "Always 1; the label says which version runs.", "version").WithLabels(Build.Version).Set(1);

        Counter attempts = make.CreateCounter(
            "scheduler_schedule_attempts_total",
            "Attempts to schedule pods, by result: unschedulable means that a pod fits nowhere, error that something broke.",
            "result", "profile");
        Histogram durations = Observed(
            make, "scheduler_scheduling_attempt_duration_seconds", "Duration of attempts, binding included.", Attempt, "result", "profile");
        _attempts = new(k => (attempts.WithLabels(LabelValues.Of(k.Outcome), k.Profile), durations.WithLabels(LabelValues.Of(k.Outcome), k.Profile)));
        _algorithm = Observed(make, "scheduler_scheduling_algorithm_duration_seconds", "Duration of the search for a node.", Attempt);
        Histogram sli = Observed(
            make, "scheduler_pod_scheduling_sli_duration_seconds", "From a pod's first entry to the queue until it is bound, all attempts together.",
            Histogram.ExponentialBuckets(0.01, 2, 20), "attempts");
        _sli = new(k => sli.WithLabels(LabelValues.OfAttempts(k)));
        _podAttempts = Observed(
            make, "scheduler_pod_scheduling_attempts", "How many attempts it took to schedule a pod.", Histogram.ExponentialBuckets(1, 2, 5));
        Histogram points = Observed(
            make, "scheduler_framework_extension_point_duration_seconds", "Time that the plugins of an extension point took for a pod.",
            Histogram.ExponentialBuckets(0.0001, 2, 12), "extension_point", "status", "profile");
        _points = new(k => points.WithLabels(k.Point.ToString(), k.Status.ToString(), k.Profile));
        Histogram plugins = Observed(
            make, "scheduler_plugin_execution_duration_seconds", "Time that a plugin took at an extension point for a pod.",
            Histogram.ExponentialBuckets(0.00001, 1.5, 20), "plugin", "extension_point", "status");
        _plugins = new(k => plugins.WithLabels(k.Plugin, k.Point.ToString(), k.Status.ToString()));
        Histogram permits = Observed(make, "scheduler_permit_wait_duration_seconds", "How long pods waited on Permit.", Attempt, "result");
        _permits = new(k => permits.WithLabels(k.ToString()));
        Counter incoming = make.CreateCounter(
            "scheduler_queue_incoming_pods_total", "Pods that entered a part of the queue, by part and by the event that moved them.", "queue", "event");
        _incoming = new(k => incoming.WithLabels(LabelValues.Of(k.Pool), k.Cause));
        Gauge rejected = make.CreateGauge(
            "scheduler_unschedulable_pods", "Pods that wait because a plugin rejected them; one that several rejected counts for each.", "plugin", "profile");
        _rejected = new(k => rejected.WithLabels(k.Plugin, k.Profile));
        _preemptions = make.CreateCounter("scheduler_preemption_attempts_total", "Attempts to preempt.");
        _victims = Observed(make, "scheduler_preemption_victims", "Pods chosen as victims, each time.", Histogram.ExponentialBuckets(1, 2, 7));

        _victimKinds = Counted(make, "gpuscheduler_preemption_victims_total", "Pods told to go, by whether each stood alone (pod) or was one of a gang (gang).", "kind");
        Counter gangAttempts = make.CreateCounter(
            "gpuscheduler_gang_schedule_attempts_total", "Attempts to place gangs as a whole, by result: scheduled means that all it needs has places.", "result", "profile");
        _gangAttempts = new(k => gangAttempts.WithLabels(LabelValues.Of(k.Outcome), k.Profile));
        _gangDuration = Observed(
            make, "gpuscheduler_gang_scheduling_duration_seconds", "From the first entry of a gang's pods to the queue until all that it needs is bound.",
            Histogram.ExponentialBuckets(0.01, 2, 20));

        _bindOutcomes = Counted(make, "gpuscheduler_bind_outcomes_total", "What became of Bindings.", "outcome");
        Counter restarts = make.CreateCounter(
            "gpuscheduler_watch_restarts_total", "Watches started again, by why the one before ended.", "resource", "reason");
        _watchRestarts = new(k => restarts.WithLabels(k.Resource, k.Reason));
        _decodeFailures = Counted(make, "gpuscheduler_decode_failures_total", "Objects that could not be read.", "resource");
        _drift = Counted(
            make, "gpuscheduler_reconcile_drift_total", "Differences between the model and the API that the reconciler found and mended.", "kind");
        _clockJumps = make.CreateCounter("gpuscheduler_clock_jumps_total", "How often the machine's clock was set by a second or more.");
        _readings = new ReadingGauges(make);
        Registry.AddBeforeCollectCallback(() => _readings.Update());
    }

    /// <summary>Holds all of these metrics and those of the process.</summary>
    public CollectorRegistry Registry { get; }

    /// <summary>Sets where queue lengths, the age of watches and the GPUs are read from at each scrape; until then they are not reported.</summary>
    public void ReadFrom(Func<SchedulerReadings> readings) => _readings.Source = readings;

    public void ObserveAttempt(AttemptOutcome outcome, string profile, TimeSpan duration)
    {
        (Counter.Child count, Histogram.Child durations) = _attempts[(outcome, profile)];
        count.Inc();
        durations.Observe(duration.TotalSeconds);
    }

    public void ObserveAlgorithm(TimeSpan duration) => _algorithm.Observe(duration.TotalSeconds);

    public void ObserveScheduled(int attempts, TimeSpan sinceQueued)
    {
        _podAttempts.Observe(attempts);
        _sli[attempts].Observe(sinceQueued.TotalSeconds);
    }

    public void PointRan(ExtensionPoints point, string profile, StatusCode status, TimeSpan took) => _points[(point, status, profile)].Observe(took.TotalSeconds);

    public void PluginRan(string plugin, ExtensionPoints point, StatusCode status, TimeSpan took) => _plugins[(plugin, point, status)].Observe(took.TotalSeconds);

    public void PermitEnded(StatusCode result, TimeSpan waited) => _permits[result].Observe(waited.TotalSeconds);

    public void Entered(QueuePool pool, string cause) => _incoming[(pool, cause)].Inc();

    public void RejectedChanged(string plugin, string profile, int change) => _rejected[(plugin, profile)].Inc(change);

    public void ObservePreemption(int victims)
    {
        _preemptions.Inc();
        if (victims > 0)
        {
            _victims.Observe(victims);
        }
    }

    public void CountVictims(int pods, int members)
    {
        _victimKinds["pod"].Inc(pods);
        _victimKinds["gang"].Inc(members);
    }

    public void IncGangAttempts(AttemptOutcome outcome, string profile) => _gangAttempts[(outcome, profile)].Inc();

    public void ObserveGangStarted(TimeSpan sinceFirst) => _gangDuration.Observe(sinceFirst.TotalSeconds);

    public void IncBindOutcomes(string outcome) => _bindOutcomes[outcome].Inc();

    public void IncWatchRestarts(string resource, string reason) => _watchRestarts[(resource, reason)].Inc();

    public void IncDecodeFailures(string resource) => _decodeFailures[resource].Inc();

    public void IncReconcileDrift(string kind, int objects = 1) => _drift[kind].Inc(objects);

    public void IncClockJumps() => _clockJumps.Inc();

    private static Histogram Observed(MetricFactory make, string name, string help, double[] buckets, params string[] labels) =>
        make.CreateHistogram(name, help, labels, new HistogramConfiguration { Buckets = buckets });

    private static Labelled<string, Counter.Child> Counted(MetricFactory make, string name, string help, string label)
    {
        Counter counter = make.CreateCounter(name, help, label);
        return new(value => counter.WithLabels(value));
    }
}
