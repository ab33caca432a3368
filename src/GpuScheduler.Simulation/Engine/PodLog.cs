using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>What becomes of each pod of a run, in the order in which they come.</summary>
public sealed class PodLog
{
    private readonly Dictionary<(string Namespace, string Name), PodTrack> _tracks = [];
    private readonly List<PodTrack> _inOrder = [];

    /// <summary>The pods, each with its last state.</summary>
    public IReadOnlyList<PodTrack> Tracks => _inOrder;

    /// <summary>A pod came.</summary>
    internal void Came(Pod pod, TimeSpan now) => Of(pod, now);

    /// <summary>A pod got a node.</summary>
    internal void Placed(Pod pod, Node node, DeviceSet devices, TimeSpan now)
    {
        PodTrack track = Of(pod, now);
        (track.State, track.Node, track.Devices, track.PlacedAt, track.Reason) = (PodState.Placed, node, devices, now, "");
    }

    /// <summary>A pod's work is done; it keeps no GPU.</summary>
    internal void Finished(Pod pod, TimeSpan now) => Of(pod, now).State = PodState.Finished;

    /// <summary>A pod was evicted, and waits again.</summary>
    internal void Evicted(Pod pod, TimeSpan now)
    {
        PodTrack track = Of(pod, now);
        track.Evictions++;
        (track.State, track.Node, track.Devices, track.PlacedAt) = (PodState.Pending, null, DeviceSet.Empty, null);
    }

    /// <summary>A pod got no node, or none again.</summary>
    internal void Failed(Pod pod, string reason, TimeSpan now) => Of(pod, now).Reason = reason;

    private PodTrack Of(Pod pod, TimeSpan now)
    {
        (string, string) key = (pod.Namespace, pod.Name);
        if (!_tracks.TryGetValue(key, out PodTrack? track))
        {
            track = new PodTrack(pod, now);
            _tracks.Add(key, track);
            _inOrder.Add(track);
        }

        return track;
    }
}
