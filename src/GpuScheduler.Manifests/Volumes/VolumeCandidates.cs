using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>Many volumes as one: where a pod's only unbound claim finds any of them.</summary>
internal static class VolumeCandidates
{
    /// <summary>
    /// One candidate that can be reached wherever one of the volumes can; none where there are none. Local volumes, each of which names its node, become one requirement with
    /// many values, so that to match them costs one look at each, and equal sets are equal.
    /// </summary>
    public static ImmutableArray<VolumeCandidate> Together(IEnumerable<PersistentVolume> volumes)
    {
        SortedDictionary<string, SortedSet<string>> values = new(StringComparer.Ordinal);
        SortedDictionary<string, NodeSelectorTerm> others = new(StringComparer.Ordinal);
        bool isAny = false;
        foreach (PersistentVolume volume in volumes)
        {
            if (volume.Nodes is not { } terms)
            {
                return [new VolumeCandidate(0, null)];
            }

            isAny = true;
            foreach (NodeSelectorTerm term in terms)
            {
                if (term is { MatchFields.IsEmpty: true, MatchExpressions: [{ Operator: NodeSelectorOperator.In } only] })
                {
                    if (!values.TryGetValue(only.Key, out SortedSet<string>? known))
                    {
                        values.Add(only.Key, known = new SortedSet<string>(StringComparer.Ordinal));
                    }

                    known.UnionWith(only.Values);
                }
                else
                {
                    others.TryAdd(TextOf(term), term);
                }
            }
        }

        return !isAny ? [] :
        [
            new VolumeCandidate(0,
            [
                .. values.Select(v => new NodeSelectorTerm { MatchExpressions = [new NodeSelectorRequirement(v.Key, NodeSelectorOperator.In, [.. v.Value])] }),
                .. others.Values,
            ]),
        ];
    }

    /// <summary>Equal for equal terms alone.</summary>
    private static string TextOf(NodeSelectorTerm term) => string.Join('\n',
    [
        .. term.MatchExpressions.Select(r => $"{r.Key} {r.Operator} {string.Join(',', r.Values)}"), "",
        .. term.MatchFields.Select(r => $"{r.Key} {r.Operator} {string.Join(',', r.Values)}"),
    ]);
}
