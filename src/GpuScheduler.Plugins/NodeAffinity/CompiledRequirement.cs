using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>
/// A node selector requirement with its labels as numbers, so that a block's index answers it for 64 nodes at once. One that is malformed
/// (the wrong number of values, a bound that is no integer) matches nothing.
/// </summary>
internal sealed class CompiledRequirement
{
    private const string NameField = "metadata.name";

    private readonly string _name;
    private readonly NodeSelectorOperator _operator;
    private readonly ImmutableArray<string> _values;
    private readonly bool _isField;
    private readonly bool _isMalformed;
    private readonly int _key = -1;
    private readonly int[] _labels = [];
    private readonly long _bound;

    public CompiledRequirement(NodeSelectorRequirement requirement, bool isField, Vocabulary vocabulary)
    {
        (_name, _operator, _isField) = (requirement.Key, requirement.Operator, isField);
        _values = requirement.Values.IsDefault ? [] : requirement.Values;
        if (isField)
        {
            _isMalformed = _values.Length != 1 || _operator is not (NodeSelectorOperator.In or NodeSelectorOperator.NotIn);
            return;
        }

        _isMalformed = _operator switch
        {
            NodeSelectorOperator.In or NodeSelectorOperator.NotIn => _values.IsEmpty,
            NodeSelectorOperator.Exists or NodeSelectorOperator.DoesNotExist => !_values.IsEmpty,
            _ => _values.Length != 1 || !TryParse(_values[0], out _bound),
        };
        _key = vocabulary.LabelKeys.Intern(requirement.Key);
        _labels = [.. _values.Select(v => vocabulary.Labels.Intern((requirement.Key, v)))];
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
            return MatchField(nodes, lanes);
        }

        return _operator switch
        {
            NodeSelectorOperator.In => lanes & WithAny(nodes),
            NodeSelectorOperator.NotIn => lanes & ~WithAny(nodes),
            NodeSelectorOperator.Exists => lanes & nodes.WithLabelKey(_key),
            NodeSelectorOperator.DoesNotExist => lanes & ~nodes.WithLabelKey(_key),
            _ => Compare(nodes, lanes & nodes.WithLabelKey(_key)),
        };
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

    /// <summary>A field other than the node's name reads as empty.</summary>
    private ulong MatchField(BlockNodes nodes, ulong lanes)
    {
        bool wanted = _operator == NodeSelectorOperator.In;
        if (_name != NameField)
        {
            return _values[0].Length == 0 == wanted ? lanes : 0;
        }

        ulong matched = 0;
        foreach (int lane in new Lanes(lanes))
        {
            matched |= nodes[lane].Name == _values[0] == wanted ? 1UL << lane : 0;
        }

        return matched;
    }

    private ulong Compare(BlockNodes nodes, ulong lanes)
    {
        ulong matched = 0;
        foreach (int lane in new Lanes(lanes))
        {
            if (TryParse(nodes[lane].Labels[_name], out long value) && (_operator == NodeSelectorOperator.Gt ? value > _bound : value < _bound))
            {
                matched |= 1UL << lane;
            }
        }

        return matched;
    }
}
