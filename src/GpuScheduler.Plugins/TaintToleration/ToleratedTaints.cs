using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>Which taints a pod class tolerates: a bit a taint for those known when the class came up, a comparison for later ones.</summary>
internal sealed class ToleratedTaints
{
    private readonly ImmutableArray<Toleration> _tolerations;
    private readonly int _known;
    private readonly ulong[] _tolerated;

    public ToleratedTaints(ImmutableArray<Toleration> tolerations, Vocabulary vocabulary)
    {
        _tolerations = tolerations;
        _known = vocabulary.Taints.Count;
        _tolerated = new ulong[(_known + 63) / 64];
        for (int id = 0; id < _known; id++)
        {
            _tolerated[id / 64] |= (Covers(tolerations, vocabulary.Taints[id]) ? 1UL : 0) << (id % 64);
        }
    }

    public static bool Covers(ImmutableArray<Toleration> tolerations, Taint taint)
    {
        foreach (Toleration toleration in tolerations.AsSpan())
        {
            if (toleration.Tolerates(taint))
            {
                return true;
            }
        }

        return false;
    }

    public bool Covers(in LaneGroup<Taint> group) =>
        group.Id < _known ? (_tolerated[group.Id / 64] >> (group.Id % 64) & 1) != 0 : Covers(_tolerations, group.Value);
}
