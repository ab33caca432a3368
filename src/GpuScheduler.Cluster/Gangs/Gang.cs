using System.Collections.Frozen;
using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>A whole gang: all objects under one root, as one tree of groups. Never changes.</summary>
public sealed class Gang
{
    private readonly FrozenDictionary<GangKey, ImmutableArray<GangGroup>> _paths;

    internal Gang(ImmutableArray<GangObject> objects, FrozenDictionary<GangKey, ImmutableArray<GangGroup>> paths, string? waitsFor, ImmutableArray<string> problems)
    {
        Objects = objects;
        _paths = paths;
        WaitsFor = waitsFor;
        Problems = problems;
    }

    /// <summary>The root's key.</summary>
    public GangKey Key => Objects[0].Key;

    /// <summary>The object whose priority and queue count for the whole.</summary>
    public GangObject Root => Objects[0];

    /// <summary>All that it is made of, the root first, then in the order of the tree.</summary>
    public ImmutableArray<GangObject> Objects { get; }

    /// <summary>All its groups; those of an object that is a part have that object's name.</summary>
    public GangGroup Group => _paths[Key][0];

    /// <summary>What has to come before it may be placed, as clauses; null: nothing.</summary>
    public string? WaitsFor { get; }

    /// <summary>What is wrong with it; it is not placed while anything is. Sentences that name the object.</summary>
    public ImmutableArray<string> Problems { get; }

    /// <summary>Where a pod belongs in <see cref="Group"/>; null where its object has no such group, or is too deep in the tree.</summary>
    /// <param name="membership">In an object of this gang.</param>
    /// <param name="labels">The pod's labels.</param>
    public GangPath? Find(GangMembership membership, IReadOnlyDictionary<string, string> labels)
    {
        if (!_paths.TryGetValue(membership.Gang, out ImmutableArray<GangGroup> way) || GangPath.Find(way[^1], membership.Group, labels) is not { } path)
        {
            return null;
        }

        return path with { Groups = [.. way[..^1], .. path.Groups] };
    }

    public override string ToString() => Key.ToString();
}
