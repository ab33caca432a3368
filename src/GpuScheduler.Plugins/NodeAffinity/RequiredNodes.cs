using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>A node selector's pairs and required terms, compiled.</summary>
internal sealed class RequiredNodes
{
    private readonly int[] _labels;
    private readonly CompiledTerm[]? _terms;

    public RequiredNodes(ImmutableSortedDictionary<string, string> selector, ImmutableArray<NodeSelectorTerm>? required, Vocabulary vocabulary)
    {
        _labels = [.. selector.Select(pair => vocabulary.Labels.Intern((pair.Key, pair.Value)))];
        _terms = required is { } terms ? [.. terms.Select(t => new CompiledTerm(t, vocabulary))] : null;
    }

    public ulong Match(BlockNodes nodes, ulong lanes)
    {
        foreach (int label in _labels)
        {
            lanes &= nodes.WithLabel(label);
        }

        if (_terms is null || lanes == 0)
        {
            return lanes;
        }

        ulong any = 0;
        foreach (CompiledTerm term in _terms)
        {
            any |= term.Match(nodes, lanes & ~any);
        }

        return any;
    }
}
