using GpuScheduler.Kubernetes;
using Prometheus;

namespace GpuScheduler.Server;

/// <summary>The metrics that are read at each scrape.</summary>
internal sealed class ReadingGauges
{
    private readonly Lock _updating = new();
    private readonly Gauge _pendingPods;
    private readonly Gauge _waitingGangs;
    private readonly Gauge _cacheSize;
    private readonly Gauge _leader;
    private readonly Gauge _watchAge;
    private readonly Gauge _missingGpus;
    private readonly GpuGauges _gpus;

    public ReadingGauges(MetricFactory make)
    {
        _pendingPods = make.CreateGauge("scheduler_pending_pods", "Pods in the queue, by part: active, backoff, unschedulable, and gated, which were never tried.", "queue");
        _waitingGangs = make.CreateGauge(
            "gpuscheduler_waiting_gangs", "Gangs with pods that wait, by what for: room, or something else (incomplete), such as further pods or their object.", "reason");
        _cacheSize = make.CreateGauge("scheduler_cache_size", "Nodes, pods on nodes, and those of them whose Binding is not confirmed yet (assumed_pods).", "type");
        _leader = make.CreateGauge("gpuscheduler_leader", "1 where this replica schedules, 0 where it stands by.");
        _watchAge = make.CreateGauge("gpuscheduler_watch_age_seconds", "Since the API server was last heard on this kind of object.", "resource");
        _missingGpus = make.CreateGauge("gpuscheduler_missing_gpus", "GPUs that pods hold and that their nodes do not offer any more.");
        _gpus = new GpuGauges(make);
        foreach (Gauge gauge in new[] { _leader, _missingGpus })
        {
            gauge.Unpublish();
        }
    }

    /// <summary>Set once, by the thread that starts the server.</summary>
    public Func<SchedulerReadings>? Source { get; set; }

    public void Update()
    {
        if (Source?.Invoke() is not { } now)
        {
            return;
        }

        lock (_updating)
        {
            _leader.Set(now.IsLeader ? 1 : 0);
            _pendingPods.WithLabels("active").Set(now.ActivePods);
            _pendingPods.WithLabels("backoff").Set(now.BackoffPods);
            _pendingPods.WithLabels("unschedulable").Set(now.UnschedulablePods);
            _pendingPods.WithLabels("gated").Set(now.GatedPods);
            _waitingGangs.WithLabels("room").Set(now.GangsWithoutRoom);
            _waitingGangs.WithLabels("incomplete").Set(now.IncompleteGangs);
            _cacheSize.WithLabels("pods").Set(now.Pods);
            _cacheSize.WithLabels("assumed_pods").Set(now.AssumedPods);
            foreach (WatchReading watch in now.Watches)
            {
                _watchAge.WithLabels(watch.Resource).Set(watch.Age.TotalSeconds);
            }

            if (now.Snapshot is { } snapshot)
            {
                _cacheSize.WithLabels("nodes").Set(snapshot.NodeCount);
                GpuReadings gpus = GpuReadings.Of(snapshot);
                _missingGpus.Set(gpus.Missing);
                _gpus.Set(gpus.Products);
            }
        }
    }
}
