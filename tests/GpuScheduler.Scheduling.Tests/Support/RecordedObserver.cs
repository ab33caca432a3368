using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>Notes all that it hears.</summary>
internal sealed class RecordedObserver : ISchedulingObserver
{
    public List<(ExtensionPoints Point, string Profile, StatusCode Status, TimeSpan Took)> Points { get; } = [];

    public List<(string Plugin, ExtensionPoints Point, StatusCode Status, TimeSpan Took)> Plugins { get; } = [];

    public List<(QueuePool Pool, string Cause)> Moves { get; } = [];

    public Dictionary<string, int> Rejected { get; } = [];

    public List<(StatusCode Result, TimeSpan Waited)> Permits { get; } = [];

    public void PointRan(ExtensionPoints point, string profile, StatusCode status, TimeSpan took) => Points.Add((point, profile, status, took));

    public void PluginRan(string plugin, ExtensionPoints point, StatusCode status, TimeSpan took) => Plugins.Add((plugin, point, status, took));

    public void Entered(QueuePool pool, string cause) => Moves.Add((pool, cause));

    public void RejectedChanged(string plugin, string profile, int change) => Rejected[plugin] = Rejected.GetValueOrDefault(plugin) + change;

    public void PermitEnded(StatusCode result, TimeSpan waited) => Permits.Add((result, waited));
}
