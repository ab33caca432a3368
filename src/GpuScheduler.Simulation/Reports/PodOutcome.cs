using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>What became of one pod in a run.</summary>
public sealed record PodOutcome
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required PodState State { get; init; }

    /// <summary>Its node; null where it has none.</summary>
    public string? Node { get; init; }

    /// <summary>The GPUs that it got there, by index.</summary>
    public IReadOnlyList<int>? Gpus { get; init; }

    /// <summary>What it takes of each of <see cref="Gpus"/>, milli.</summary>
    public IReadOnlyList<int>? GpuMilli { get; init; }

    /// <summary>Timed runs: from its arrival to its last placement.</summary>
    public double? WaitSeconds { get; init => field = value is { } s ? Rounded.Seconds(s) : null; }

    /// <summary>How often it was evicted; null: never.</summary>
    public int? Evictions { get; init; }

    /// <summary>Why it has no node.</summary>
    public string? Reason { get; init; }

    internal static PodOutcome Of(PodTrack track, bool isTimed) => new()
    {
        Namespace = track.Pod.Namespace,
        Name = track.Pod.Name,
        State = track.State,
        Node = track.Node?.Name,
        Gpus = track.Devices.IsEmpty ? null : [.. Indexes(track.Devices)],
        GpuMilli = track.Devices.IsEmpty ? null : [.. Indexes(track.Devices).Select(d => MilliOn(track, d))],
        WaitSeconds = isTimed ? (track.PlacedAt - track.ArrivedAt)?.TotalSeconds : null,
        Evictions = track.Evictions == 0 ? null : track.Evictions,
        Reason = track.Reason.Length == 0 ? null : track.Reason,
    };

    private static IEnumerable<int> Indexes(DeviceSet devices) => Enumerable.Range(0, Device.MaxPerNode).Where(devices.Contains);

    private static int MilliOn(PodTrack track, int device) =>
        track.Pod.Spec.Devices.TryShareOf(track.Node!.Shape.Devices[device].MemoryMiB, out DeviceShare share) ? share.Milli : 0;
}
