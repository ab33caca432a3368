using System.Numerics;

namespace GpuScheduler.Framework;

/// <summary>Counts why nodes were rejected, reason by reason; kube-scheduler's aggregate sentence is made from it.</summary>
public sealed class Rejections
{
    private readonly SortedDictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _plugins = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _closest = new(StringComparer.Ordinal);
    private int _place;
    private int _closestPlace;

    /// <summary>Lanes counted since somebody began to speak, by whether removing pods might help: a node with two such reasons is one node.</summary>
    private ulong _resolvableLanes;
    private ulong _unresolvableLanes;

    /// <summary>Nodes by reason. A node with two reasons counts under both.</summary>
    public IReadOnlyDictionary<string, int> Reasons => _reasons;

    /// <summary>The plugins that rejected some node; only an event that one of them waits for can help the pod.</summary>
    public IReadOnlyCollection<string> Plugins => _plugins;

    /// <summary>Nodes where removing pods might help.</summary>
    public int Resolvable { get; private set; }

    /// <summary>Nodes where removing pods would not help.</summary>
    public int Unresolvable { get; private set; }

    /// <summary>The plugin that speaks; set by the host.</summary>
    public string CurrentPlugin { get; private set; } = "";

    /// <summary>
    /// What stopped the pod on the nodes that came closest: the commonest reason of the last filter, in the profile's order, that rejected
    /// any node. Null where nothing was rejected.
    /// </summary>
    public string? ClosestReason => _closest.Count == 0 ? null : _closest.MaxBy(r => r.Value).Key;

    /// <summary>The host names the plugin that speaks next, and its place in the profile's order.</summary>
    public void Speaks(string plugin, int place)
    {
        CurrentPlugin = plugin;
        _place = place;
        _resolvableLanes = 0;
        _unresolvableLanes = 0;
    }

    /// <summary>Notes a reason for each of <paramref name="lanes"/>.</summary>
    public void Add(ulong lanes, StatusCode code, string reason)
    {
        int nodes = BitOperations.PopCount(lanes);
        if (nodes == 0)
        {
            return;
        }

        _reasons[reason] = _reasons.GetValueOrDefault(reason) + nodes;
        _plugins.Add(CurrentPlugin);
        if (_place > _closestPlace)
        {
            _closestPlace = _place;
            _closest.Clear();
        }

        if (_place == _closestPlace)
        {
            _closest[reason] = _closest.GetValueOrDefault(reason) + nodes;
        }

        if (code == StatusCode.Unschedulable)
        {
            Resolvable += BitOperations.PopCount(lanes & ~_resolvableLanes);
            _resolvableLanes |= lanes;
        }
        else
        {
            Unresolvable += BitOperations.PopCount(lanes & ~_unresolvableLanes);
            _unresolvableLanes |= lanes;
        }
    }
}
