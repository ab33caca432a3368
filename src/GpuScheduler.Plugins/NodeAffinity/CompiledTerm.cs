using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>A node selector term: all of its requirements must hold; one without any matches nothing.</summary>
internal sealed class CompiledTerm
{
    private readonly CompiledRequirement[] _requirements;

    public CompiledTerm(NodeSelectorTerm term, Vocabulary vocabulary) => _requirements =
    [
        .. term.MatchExpressions.Select(r => new CompiledRequirement(r, isField: false, vocabulary)),
        .. term.MatchFields.Select(r => new CompiledRequirement(r, isField: true, vocabulary)),
    ];

    public ulong Match(BlockNodes nodes, ulong lanes)
    {
        if (_requirements.Length == 0)
        {
            return 0;
        }

        foreach (CompiledRequirement requirement in _requirements)
        {
            if (lanes == 0)
            {
                break;
            }

            lanes = requirement.Match(nodes, lanes);
        }

        return lanes;
    }
}
