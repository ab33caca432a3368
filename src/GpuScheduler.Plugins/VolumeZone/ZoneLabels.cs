using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>Zones of volumes with their labels as numbers.</summary>
internal sealed class ZoneLabels
{
    private readonly int[] _keys;
    private readonly Zone[] _zones;

    public ZoneLabels(VolumeNeeds needs, Vocabulary vocabulary)
    {
        _keys = [.. VolumeZones.Keys.Select(vocabulary.LabelKeys.Intern)];
        _zones =
        [
            .. needs.Zones.Select(z => new Zone(
                vocabulary.LabelKeys.Intern(z.Key), [.. z.Values.Select(v => vocabulary.Labels.Intern((z.Key, v)))],
                [.. z.Values.Select(v => vocabulary.Labels.Intern((VolumeZones.Current(z.Key), v)))])),
        ];
    }

    public ulong Match(BlockNodes nodes, ulong lanes)
    {
        ulong labelled = 0;
        foreach (int key in _keys)
        {
            labelled |= nodes.WithLabelKey(key);
        }

        ulong matched = lanes & labelled;
        foreach (Zone zone in _zones)
        {
            // A node without the older label is asked for the current one.
            matched &= WithAny(nodes, zone.Labels) | (WithAny(nodes, zone.Current) & ~nodes.WithLabelKey(zone.Key));
        }

        return matched | (lanes & ~labelled);
    }

    private static ulong WithAny(BlockNodes nodes, int[] labels)
    {
        ulong any = 0;
        foreach (int label in labels)
        {
            any |= nodes.WithLabel(label);
        }

        return any;
    }

    private sealed record Zone(int Key, int[] Labels, int[] Current);
}
