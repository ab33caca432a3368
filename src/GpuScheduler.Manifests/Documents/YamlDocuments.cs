using System.Collections.Immutable;
using GpuScheduler.Framework;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GpuScheduler.Manifests;

/// <summary>YAML text to documents: what Kubernetes accepts of YAML 1.1, less merge keys and tags of one's own.</summary>
internal sealed class YamlDocuments
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    private readonly Parser _parser;
    private readonly DocumentBuilder _builder;
    private readonly StringPool _pool = new();
    private readonly Dictionary<string, DocumentNode> _anchors = new(StringComparer.Ordinal);

    private YamlDocuments(string text, DocumentBuilder builder)
    {
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        _builder = builder;
    }

    /// <exception cref="DocumentFormatException">The text is not YAML, or too much of it.</exception>
    public static ImmutableArray<DocumentNode> Read(string text, DocumentBuilder builder)
    {
        try
        {
            return new YamlDocuments(text, builder).Documents();
        }
        catch (YamlException e)
        {
            string reason = e.InnerException is null ? e.Message : e.InnerException.Message;
            int colon = reason.StartsWith('(') ? reason.IndexOf("): ", StringComparison.Ordinal) : -1;
            reason = (colon < 0 ? reason : reason[(colon + 3)..]).TrimEnd('.');
            // The place where a value begins that goes wrong, save for a tab: that is where it went wrong.
            Mark place = reason.Contains("tab", StringComparison.Ordinal) ? e.End : e.Start;
            throw new DocumentFormatException(place.Line, place.Column, $"the file is not valid YAML: {char.ToLowerInvariant(reason[0])}{reason[1..]}; correct it here or just before");
        }
    }

    private ImmutableArray<DocumentNode> Documents()
    {
        ImmutableArray<DocumentNode>.Builder roots = ImmutableArray.CreateBuilder<DocumentNode>();
        while (MoveNext())
        {
            if (_parser.Current is not DocumentStart)
            {
                continue;
            }

            _anchors.Clear();
            MoveNext();
            DocumentNode root = Value(1);
            if (!root.IsNull)
            {
                roots.Add(root);
            }
        }

        return roots.ToImmutable();
    }

    /// <summary>The value that begins at the parser's current event; afterwards that is its last one.</summary>
    private DocumentNode Value(int depth)
    {
        ParsingEvent current = _parser.Current!;
        (int line, int column) = Place(current);
        _builder.CheckDepth(depth, line, column);
        switch (current)
        {
            case AnchorAlias alias:
                return _anchors.TryGetValue(alias.Value.Value, out DocumentNode? aliased)
                    ? _builder.Copy(aliased, depth, line, column)
                    : throw new DocumentFormatException(line, column, $"nothing above is anchored as &{alias.Value.Value}; in quotes, \"*{alias.Value.Value}\" is a string");
            case Scalar scalar:
                return Anchored(scalar, ScalarOf(scalar, line, column));
            case SequenceStart list:
                CheckTag(list, "seq");
                ImmutableArray<DocumentNode>.Builder items = ImmutableArray.CreateBuilder<DocumentNode>();
                while (Next() is not SequenceEnd)
                {
                    items.Add(Value(depth + 1));
                }

                return Anchored(list, _builder.List(line, column, items.DrainToImmutable()));
            case MappingStart map:
                CheckTag(map, "map");
                return Anchored(map, _builder.Map(line, column, Entries(depth)));
            default:
                throw new DocumentFormatException(line, column, "the file is not valid YAML: a value is missing; correct it here or just before");
        }
    }

    private ImmutableArray<MapEntry> Entries(int depth)
    {
        ImmutableArray<MapEntry>.Builder entries = ImmutableArray.CreateBuilder<MapEntry>();
        while (Next() is not MappingEnd)
        {
            (int line, int column) = Place(_parser.Current!);
            if (_parser.Current is not Scalar key)
            {
                throw new DocumentFormatException(line, column, "a key has to be a string; write key: value, and put a key that begins with {, [ or * in quotes");
            }

            if (key.Value == "<<" && key.Style == ScalarStyle.Plain)
            {
                throw new DocumentFormatException(line, column, "merge keys (<<) are not read; write the fields out");
            }

            Next();
            if (_builder.Options.SkippedKeys.Contains(key.Value))
            {
                SkipValue();
                continue;
            }

            entries.Add(new MapEntry(Pooled(key.Value), line, column, Value(depth + 1)));
        }

        return entries.DrainToImmutable();
    }

    private void SkipValue()
    {
        int depth = 0;
        do
        {
            depth += _parser.Current!.NestingIncrease;
        }
        while (depth > 0 && Next() is not null);
    }

    private ParsingEvent Next()
    {
        if (!MoveNext() || _parser.Current is StreamEnd)
        {
            throw new DocumentFormatException(0, 0, "the file is not valid YAML: it ends within a value; complete it");
        }

        return _parser.Current!;
    }

    private bool MoveNext()
    {
        Mark before = _parser.Current?.End ?? Mark.Empty;
        try
        {
            return _parser.MoveNext();
        }
        catch (Exception e) when (e is not (YamlException or OutOfMemoryException))
        {
            // On some malformed text the library trips over itself, with exceptions of several kinds that say nothing of the text.
            throw new DocumentFormatException(before.Line, before.Column, "the file is not valid YAML: what follows cannot stand here; correct it");
        }
    }

    private ScalarNode ScalarOf(Scalar scalar, int line, int column)
    {
        bool isPlain = scalar.Style == ScalarStyle.Plain;
        if (!scalar.Tag.IsEmpty)
        {
            isPlain = Tag(scalar, ["str", "int", "float", "bool", "null"]) switch
            {
                "str" => false,
                null => isPlain,
                _ => true,
            };
        }

        return _builder.Scalar(line, column, Pooled(scalar.Value), isPlain);
    }

    private static void CheckTag(NodeEvent node, string allowed) => Tag(node, [allowed]);

    /// <summary>The standard tag's short name, or null where there is none.</summary>
    private static string? Tag(NodeEvent node, ReadOnlySpan<string> allowed)
    {
        if (node.Tag.IsEmpty || node.Tag.IsNonSpecific)
        {
            return null;
        }

        string tag = node.Tag.Value;
        string shortName = tag.StartsWith(TagPrefix, StringComparison.Ordinal) ? tag[TagPrefix.Length..] : "";
        if (!allowed.Contains(shortName))
        {
            (int line, int column) = Place(node);
            throw new DocumentFormatException(line, column, $"the tag {tag} is not read; remove it");
        }

        return shortName;
    }

    private DocumentNode Anchored(NodeEvent start, DocumentNode node)
    {
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor.Value] = node;
        }

        return node;
    }

    private string Pooled(string text) => text.Length <= StringPool.MaxLength ? _pool.Get(text) : text;

    private static (int Line, int Column) Place(ParsingEvent e) => ((int)e.Start.Line, (int)e.Start.Column);
}
