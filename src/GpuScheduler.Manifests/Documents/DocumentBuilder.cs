using System.Collections.Immutable;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Makes nodes within the limits, and remembers which maps repeat a key.</summary>
internal sealed class DocumentBuilder(string file, DocumentOptions options)
{
    private readonly List<MapNode> _mapsWithDuplicates = [];
    private int _nodes;
    private int _aliasedNodes;

    public DocumentOptions Options => options;

    public ScalarNode Scalar(int line, int column, string text, bool isPlain)
    {
        Count(line, column);
        return new ScalarNode(file, line, column, text, isPlain);
    }

    public ListNode List(int line, int column, ImmutableArray<DocumentNode> items)
    {
        Count(line, column);
        return new ListNode(file, line, column, items);
    }

    public MapNode Map(int line, int column, ImmutableArray<MapEntry> entries)
    {
        Count(line, column);
        MapNode map = new(file, line, column, entries);
        if (!map.Duplicates.IsEmpty)
        {
            _mapsWithDuplicates.Add(map);
        }

        return map;
    }

    /// <summary>The same again for an alias: a node stands in one place only.</summary>
    public DocumentNode Copy(DocumentNode node, int depth, int line, int column)
    {
        CheckDepth(depth, line, column);
        if (++_aliasedNodes > options.MaxAliasedNodes)
        {
            throw new DocumentFormatException(line, column, $"aliases (*name) repeat more than {options.MaxAliasedNodes} values; write them out");
        }

        return node switch
        {
            MapNode map => Map(map.Line, map.Column, [.. map.Entries.Select(e => e with { Value = Copy(e.Value, depth + 1, line, column) })]),
            ListNode list => List(list.Line, list.Column, [.. list.Items.Select(i => Copy(i, depth + 1, line, column))]),
            ScalarNode scalar => Scalar(scalar.Line, scalar.Column, scalar.Text, scalar.IsPlain),
            _ => throw new InvalidOperationException(node.Kind),
        };
    }

    public void CheckDepth(int depth, int line, int column)
    {
        if (depth > options.MaxDepth)
        {
            throw new DocumentFormatException(line, column, $"is nested more than {options.MaxDepth} levels deep; flatten it");
        }
    }

    public void ReportDuplicates(ConfigurationErrors errors)
    {
        foreach (MapNode map in _mapsWithDuplicates)
        {
            foreach (MapEntry again in map.Duplicates)
            {
                MapEntry first = map.Entries.First(e => e.Key == again.Key);
                errors.Add(new(file, again.Line, again.Column, again.Value.Path, $"\"{again.Key}\" is written twice (first on line {first.Line}); remove one"));
            }
        }
    }

    private void Count(int line, int column)
    {
        if (++_nodes > options.MaxNodes)
        {
            throw new DocumentFormatException(line, column, $"has more than {options.MaxNodes} values; split the file");
        }
    }
}
