using System.Collections.Frozen;
using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Domains that API objects state.</summary>
/// <param name="Levels">The keys of their levels, from broad to narrow.</param>
/// <param name="Values">By level key, the domain of each node, by the node's name.</param>
/// <param name="Problems">What is wrong with the objects, a sentence each; what is right of them counts.</param>
public sealed record ObjectTopology(
    ImmutableArray<string> Levels, FrozenDictionary<string, FrozenDictionary<string, string>> Values, ImmutableArray<string> Problems)
{
    public static readonly ObjectTopology Empty = new([], FrozenDictionary<string, FrozenDictionary<string, string>>.Empty, []);

    /// <summary>The same for the domain tree.</summary>
    public TopologyOverlay Overlay => Values.Count == 0 ? TopologyOverlay.Empty : new TopologyOverlay(Values);

    /// <summary>
    /// Puts its levels between the configured ones: each just above the first that divides the nodes into at least as many parts, for what is narrower has more.
    /// </summary>
    /// <param name="configured">Levels of node labels.</param>
    /// <param name="nodes">All nodes.</param>
    public TopologyLevels LevelsAmong(TopologyLevels configured, IReadOnlyCollection<Node> nodes)
    {
        List<string> keys = [.. configured.Keys.Except(Levels)];
        int[] parts = [.. keys.Select(k => k == TopologyLevels.Hostname ? int.MaxValue : nodes.Select(n => n.Labels.GetValueOrDefault(k)).OfType<string>().Distinct().Count())];
        int from = 0;
        for (int i = 0; i < Levels.Length; i++)
        {
            int own = Values.TryGetValue(Levels[i], out FrozenDictionary<string, string>? values) ? values.Values.Distinct().Count() : 0;
            int at = from;
            while (parts[at - i] < own)
            {
                at++;
            }

            keys.Insert(at, Levels[i]);
            from = at + 1;
        }

        return new TopologyLevels([.. keys]);
    }
}
