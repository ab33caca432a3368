using System.Globalization;

namespace GpuScheduler.Cluster;

/// <summary>Level keys of domains that API objects state rather than node labels (<see cref="TopologyOverlay"/>).</summary>
public static class TopologyKeys
{
    private const string Tier = "topology.volcano.sh/tier-";
    private const string TierNamed = "topology.volcano.sh/tier-name-";
    private const string Layer = "topology.koordinator.sh/";

    /// <summary>Volcano's tier of HyperNodes, 1 the narrowest (<c>highestTierAllowed</c>).</summary>
    public static string VolcanoTier(int tier) => string.Create(CultureInfo.InvariantCulture, $"{Tier}{tier}");

    /// <summary>The same by <c>tierName</c> (<c>highestTierName</c>).</summary>
    public static string VolcanoTierName(string name) => TierNamed + name;

    /// <summary>Koordinator's layer of its ClusterNetworkTopology; null: the whole cluster.</summary>
    public static string? KoordinatorLayer(string layer) => layer switch
    {
        "ClusterTopologyLayer" => null,
        "NodeTopologyLayer" => TopologyLevels.Hostname,
        _ => Layer + layer,
    };
}
