using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Which domains of a state a pod is kept out of by exclusive topology: those that another group claims, and where the pod claims one itself, those that another group is in
/// (<see cref="ExclusiveTopology"/>). It looks at what is placed, in any state, and so is right in trials too; kept by stamps, so that only nodes that changed are looked at again.
/// </summary>
internal sealed class ExclusiveDomains
{
    private readonly SortedDictionary<int, List<Occupant>> _byNode = [];

    /// <summary>By label, how many of the pods that carry it claim a domain.</summary>
    private readonly Dictionary<string, int> _claims = ExclusiveTopology.Labels.ToDictionary(l => l, _ => 0, StringComparer.Ordinal);
    private long[] _stamps = [];
    private long[] _chains = [];

    /// <summary>False where nothing can be barred to a pod, as of the last <see cref="Refresh"/>: it claims nothing, and nobody claims anything against it.</summary>
    public bool MayBar(Pod pod)
    {
        foreach (string label in ExclusiveTopology.Labels)
        {
            if (pod.Labels.ContainsKey(label) && (_claims[label] > 0 || ClaimOf(pod, label) is not null))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds the domains that a pod is kept out of, as of the last <see cref="Refresh"/>, to <paramref name="barred"/>.</summary>
    public void Bar(Pod pod, DomainIds domains, BarredDomains barred)
    {
        foreach (string label in ExclusiveTopology.Labels)
        {
            if (!pod.Labels.TryGetValue(label, out string? group))
            {
                continue;
            }

            ExclusiveTopology? own = ClaimOf(pod, label);
            if (own is null && _claims[label] == 0)
            {
                continue;
            }

            foreach ((int node, List<Occupant> occupants) in _byNode)
            {
                foreach (Occupant other in occupants)
                {
                    if (other.Label != label || other.Group == group)
                    {
                        continue;
                    }

                    bool isNear = other.Pod.Namespace == pod.Namespace;
                    if (other.Claim is { } claim && (isNear || claim.AllNamespaces))
                    {
                        barred.Add(claim.Level, domains.Of(claim.Level)[node], other.Pod, isClaimed: true);
                    }

                    if (own is not null && (isNear || own.AllNamespaces))
                    {
                        barred.Add(own.Level, domains.Of(own.Level)[node], other.Pod, other.Claim?.Level == own.Level);
                    }
                }
            }
        }
    }

    /// <summary>Looks again at what changed.</summary>
    public void Refresh(ClusterView state)
    {
        ReadOnlySpan<long> stamps = state.Stamps;
        if (stamps.Length != _stamps.Length)
        {
            _stamps = new long[stamps.Length];
            _chains = new long[stamps.Length];
            Array.Fill(_stamps, -1);
            while (_byNode.Count > 0)
            {
                Forget(_byNode.Keys.First());
            }
        }

        for (int b = 0; ; b++)
        {
            b += stamps[b..].CommonPrefixLength(_stamps.AsSpan(b));
            if (b >= stamps.Length)
            {
                return;
            }

            Block block = state.Blocks[b];
            ulong lanes = _chains[b] == block.Chain && _stamps[b] >= 0 && _stamps[b] < block.Stamp
                ? ColumnMask.GreaterThan(block.NodeStamps, _stamps[b])
                : ulong.MaxValue;
            (_stamps[b], _chains[b]) = (block.Stamp, block.Chain);
            foreach (int lane in new Lanes(lanes))
            {
                Forget((b * Block.Size) + lane);
                Read(block, lane, (b * Block.Size) + lane);
            }
        }
    }

    private static ExclusiveTopology? ClaimOf(Pod pod, string label)
    {
        foreach (ExclusiveTopology claim in pod.Gang?.Exclusive ?? [])
        {
            if (claim.Label == label)
            {
                return claim;
            }
        }

        return null;
    }

    private void Forget(int node)
    {
        if (_byNode.Remove(node, out List<Occupant>? occupants))
        {
            foreach (Occupant occupant in occupants)
            {
                _claims[occupant.Label] -= occupant.Claim is null ? 0 : 1;
            }
        }
    }

    private void Read(Block block, int lane, int node)
    {
        List<Occupant>? found = null;
        foreach (Placement placement in block.PlacementsOn(lane))
        {
            if (!ExclusiveTopology.Concerns(placement.Pod))
            {
                continue;
            }

            foreach (string label in ExclusiveTopology.Labels)
            {
                if (placement.Pod.Labels.TryGetValue(label, out string? group))
                {
                    ExclusiveTopology? claim = ClaimOf(placement.Pod, label);
                    _claims[label] += claim is null ? 0 : 1;
                    (found ??= []).Add(new Occupant(placement.Pod, label, group, claim));
                }
            }
        }

        if (found is not null)
        {
            _byNode.Add(node, found);
        }
    }

    /// <summary>A placed pod that carries one of the labels.</summary>
    private readonly record struct Occupant(Pod Pod, string Label, string Group, ExclusiveTopology? Claim);
}
