using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Labels that say in which zone and region a volume or node is.</summary>
public static class VolumeZones
{
    private const string OldZone = "failure-domain.beta.kubernetes.io/zone";
    private const string OldRegion = "failure-domain.beta.kubernetes.io/region";

    /// <summary>Between values of a volume that is in several zones.</summary>
    private const string Separator = "__";

    public static readonly ImmutableArray<string> Keys = [OldZone, OldRegion, WellKnownLabels.Zone, WellKnownLabels.Region];

    /// <summary>The key that took the place of an older one.</summary>
    public static string Current(string key) => key switch
    {
        OldZone => WellKnownLabels.Zone,
        OldRegion => WellKnownLabels.Region,
        _ => key,
    };

    /// <summary>What the labels of a volume say.</summary>
    public static ImmutableArray<VolumeZone> Of(ImmutableSortedDictionary<string, string> labels) =>
    [
        .. Keys.Where(labels.ContainsKey)
            .Select(k => new VolumeZone(k, [.. labels[k].Split(Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal)])),
    ];
}
