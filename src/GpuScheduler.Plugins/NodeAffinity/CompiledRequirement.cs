using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>A node selector requirement with its labels as numbers, so that a block's index answers it for 64 nodes at once.</summary>
/// <remarks>One that is malformed (the wrong number of values, a bound that is no integer) matches nothing.</remarks>
internal sealed class CompiledRequirement
{
    private readonly NodeSelectorRequirement _requirement;
    private readonly bool _isField;
    private readonly bool _isMalformed;
    private readonly int _key;
    private readonly int[] _labels;
    private readonly long? _bound;

    public CompiledRequirement(NodeSelectorRequirement requirement, bool isField, Vocabulary vocabulary)
    {
        _requirement = requirement;
        _isField = isField;
        int values = requirement.Values.IsDefault ? 0 : requirement.Values.Length;
        _isMalformed = isField ? values != 1 : requirement.Operator switch
        {
            NodeSelectorOperator.In or NodeSelectorOperator.NotIn => values == 0,
            NodeSelectorOperator.Exists or NodeSelectorOperator.DoesNotExist => values > 0,
            _ => values != 1,
        };
        _key = isField ? -1 : vocabulary.LabelKeys.Intern(requirement.Key);
        _labels = isField || _isMalformed ? [] : [.. requirement.Values.Select(v => vocabulary.Labels.Intern((requirement.Key, v)))];
        _bound = values == 1 && TryParse(requirement.Values[0], out long bound) ? bound : null;
    }

    /// <summary>Those of <paramref name="lanes"/> whose node meets the requirement.</summary>
    public ulong Match(BlockNodes nodes, ulong lanes)
    {
        if (_isMalformed)
        {
            return 0;
        }

        if (_isField)
        {
            return MatchName(nodes, lanes);
        }

        switch (_requirement.Operator)
        {
            case NodeSelectorOperator.In:
                return lanes & WithAny(nodes);
            case NodeSelectorOperator.NotIn:
                return lanes & ~WithAny(nodes);
            case NodeSelectorOperator.Exists:
                return lanes & nodes.WithLabelKey(_key);
            case NodeSelectorOperator.DoesNotExist:
                return lanes & ~nodes.WithLabelKey(_key);
            default:
                return Compare(nodes, lanes & nodes.WithLabelKey(_key));
        }
    }

    private static bool TryParse(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private ulong WithAny(BlockNodes nodes)
    {
        ulong any = 0;
        foreach (int label in _labels)
        {
            any |= nodes.WithLabel(label);
        }

        return any;
    }

    private ulong MatchName(BlockNodes nodes, ulong lanes)
    {
        // Only metadata.name is a field, with In or NotIn and one value.
        bool wanted = _requirement.Operator == NodeSelectorOperator.In;
        if (!wanted && _requirement.Operator != NodeSelectorOperator.NotIn)
        {
            return 0;
        }

        if (_requirement.Key != "metadata.name")
        {
            // A field that does not exist reads as empty.
            return _requirement.Values[0].Length == 0 == wanted ? lanes : 0;
        }

        ulong matched = 0;
        foreach (int lane in new Lanes(lanes))
        {
            matched |= nodes[lane].Name == _requirement.Values[0] == wanted ? 1UL << lane : 0;
        }

        return matched;
    }

    private ulong Compare(BlockNodes nodes, ulong lanes)
    {
        if (_bound is not { } bound)
        {
            return 0;
        }

        ulong matched = 0;
        foreach (int lane in new Lanes(lanes))
        {
            if (TryParse(nodes[lane].Labels[_requirement.Key], out long value)
                && (_requirement.Operator == NodeSelectorOperator.Gt ? value > bound : value < bound))
            {
                matched |= 1UL << lane;
            }
        }

        return matched;
    }
}
