using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using static GpuScheduler.Framework.ReaderWords;

namespace GpuScheduler.Framework;

/// <summary>
/// Reads a map field by field into typed values. A value of the wrong kind adds an error and reads as the default, so that one
/// pass finds all errors. Nothing (<c>null</c>) counts as absent. Ends with <see cref="RejectUnknownFields"/>
/// where only fields that were asked for are allowed.
/// </summary>
[SuppressMessage("Naming", "CA1720", Justification = "A getter is named after what it gets, so that plugin code reads like its documentation.")]
public sealed class MapReader
{
    private readonly List<string> _known = [];
    private Dictionary<DocumentNode, MapReader?>? _children;

    public MapReader(MapNode node, ConfigurationErrors errors)
    {
        Node = node;
        Errors = errors;
    }

    public MapNode Node { get; }

    public ConfigurationErrors Errors { get; }

    /// <summary>A reader of <paramref name="node"/>; null, and an error, where that is no map.</summary>
    public static MapReader? Of(DocumentNode node, ConfigurationErrors errors)
    {
        if (node is MapNode map)
        {
            return new MapReader(map, errors);
        }

        errors.Add(node, $"{Quote(node)} is {node.Kind}; write a map (key: value)");
        return null;
    }

    /// <summary>The value of a field as it stands; null where it is absent.</summary>
    public DocumentNode? Find(string key)
    {
        _known.Add(key);
        return Node[key] is { IsNull: false } value ? value : null;
    }

    public bool Has(string key) => Find(key) is not null;

    /// <summary>Adds an error about a field, for rules that a type alone does not express.</summary>
    public void Error(string key, string message) => Errors.Add(Node, key, message);

    public string String(string key, string @default = "") => TryString(Find(key), out string text) ? text : @default;

    /// <summary>A string that must be there and not be empty.</summary>
    public string RequiredString(string key)
    {
        DocumentNode? value = Find(key);
        if (value is null)
        {
            Error(key, "is required; add it");
            return "";
        }

        if (TryString(value, out string text) && text.Length == 0)
        {
            Error(key, "is empty; write a value");
        }

        return text;
    }

    public int Int(string key, int min, int max, int @default) => (int)Long(key, min, max, @default);

    public int? IntOrNull(string key, int min, int max) => Has(key) ? (int)Long(key, min, max, min) : null;

    public long Long(string key, long min, long max, long @default)
    {
        DocumentNode? value = Find(key);
        if (value is null)
        {
            return @default;
        }

        if (value is not ScalarNode { IsPlain: true } scalar || !ScalarText.TryInteger(scalar.Text, out long number))
        {
            bool isQuoted = value is ScalarNode { IsPlain: false } text && ScalarText.TryInteger(text.Text, out _);
            Errors.Add(value, $"{Not(value, "a whole number")}; {(isQuoted ? "remove the quotes" : $"write one {Range(min, max)}")}");
            return @default;
        }

        if (number < min || number > max)
        {
            Errors.Add(value, $"{number} is out of range; write a whole number {Range(min, max)}");
            return @default;
        }

        return number;
    }

    /// <summary>A number of at least 0, with or without decimals.</summary>
    public double Number(string key, double @default)
    {
        DocumentNode? value = Find(key);
        if (value is null)
        {
            return @default;
        }

        if (value is not ScalarNode { IsPlain: true } scalar || !ScalarText.TryNumber(scalar.Text, out double number))
        {
            Errors.Add(value, $"{Not(value, "a number")}; write 0 or more");
            return @default;
        }

        if (number < 0)
        {
            Errors.Add(value, $"{Quote(value)} is out of range; write 0 or more");
            return @default;
        }

        return number;
    }

    public bool Bool(string key, bool @default)
    {
        switch (Find(key))
        {
            case null:
                return @default;
            case ScalarNode { IsPlain: true, Text: "true" or "True" or "TRUE" }:
                return true;
            case ScalarNode { IsPlain: true, Text: "false" or "False" or "FALSE" }:
                return false;
            case { } value:
                bool isQuoted = value is ScalarNode { IsPlain: false, Text: "true" or "false" };
                Errors.Add(value, $"{Not(value, "a bool")}; {(isQuoted ? "remove the quotes" : "write true or false")}");
                return @default;
        }
    }

    /// <summary>A duration as Go writes it: <c>15s</c>, <c>5m</c>.</summary>
    public TimeSpan Duration(string key, TimeSpan min, TimeSpan @default)
    {
        DocumentNode? value = Find(key);
        if (value is null)
        {
            return @default;
        }

        if (value is not ScalarNode scalar || !GoDuration.TryParse(scalar.Text, out TimeSpan duration))
        {
            Errors.Add(value, $"{Not(value, "a duration")}; write a number with a unit, such as 15s, 5m or 1h30m");
            return @default;
        }

        if (duration < min)
        {
            Errors.Add(value, $"{Quote(value)} is too short; write at least {GoDuration.Format(min)}");
            return @default;
        }

        return duration;
    }

    /// <summary>The text of a quantity, which may be a plain number or a string; null where it is absent.</summary>
    public string? QuantityText(string key)
    {
        DocumentNode? value = Find(key);
        if (value is null or ScalarNode { IsString: true } || (value is ScalarNode number && ScalarText.IsNumber(number.Text)))
        {
            return (value as ScalarNode)?.Text;
        }

        Errors.Add(value, $"{Quote(value)} is {value.Kind}; write a quantity, such as 500m, 4 or 16Gi");
        return null;
    }

    /// <summary>One of the names of <typeparamref name="T"/>, spelt exactly.</summary>
    public T Enum<T>(string key, T @default)
        where T : struct, Enum
    {
        DocumentNode? value = Find(key);
        if (value is null || !TryString(value, out string text))
        {
            return @default;
        }

        string[] names = System.Enum.GetNames<T>();
        if (names.Contains(text, StringComparer.Ordinal))
        {
            return System.Enum.Parse<T>(text);
        }

        Errors.Add(value, $"\"{text}\" is unknown{Suggestion.Ask(text, names, $"; write one of {string.Join(", ", names)}")}");
        return @default;
    }

    /// <summary>A reader of a map within; null where it is absent or no map.</summary>
    public MapReader? Map(string key) => Find(key) is { } value ? Child(value) : null;

    /// <summary>The items of a list; empty where it is absent or no list.</summary>
    public ImmutableArray<DocumentNode> Items(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case ListNode list:
                return list.Items;
            case { } value:
                Errors.Add(value, $"{Quote(value)} is {value.Kind}; write a list (- item)");
                return [];
        }
    }

    /// <summary>Readers of the maps of a list; what is no map is an error and left out.</summary>
    public ImmutableArray<MapReader> Maps(string key) => [.. Items(key).Select(Child).OfType<MapReader>()];

    /// <summary>A list of strings; what is no string is an error and left out.</summary>
    public ImmutableArray<string> Strings(string key)
    {
        ImmutableArray<DocumentNode> items = Items(key);
        ImmutableArray<string>.Builder strings = ImmutableArray.CreateBuilder<string>(items.Length);
        foreach (DocumentNode item in items)
        {
            if (TryString(item, out string text))
            {
                strings.Add(text);
            }
        }

        return strings.DrainToImmutable();
    }

    /// <summary>A map of any keys to strings, in ordinal order; a value that is no string is an error and left out.</summary>
    public ImmutableSortedDictionary<string, string> StringMap(string key)
    {
        ImmutableSortedDictionary<string, string>.Builder strings = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (Map(key) is { } map)
        {
            foreach (MapEntry entry in map.Node.Entries)
            {
                map._known.Add(entry.Key);
                if (entry.Value.IsNull)
                {
                    strings[entry.Key] = "";
                }
                else if (TryString(entry.Value, out string text))
                {
                    strings[entry.Key] = text;
                }
            }
        }

        return strings.ToImmutable();
    }

    /// <summary>Marks a field as known without reading it.</summary>
    public void Skip(string key) => _known.Add(key);

    /// <summary>Adds an error for each field that nobody asked for, in this map and in all that were read through it.</summary>
    public void RejectUnknownFields()
    {
        foreach (MapEntry entry in Node.Entries)
        {
            if (!_known.Contains(entry.Key, StringComparer.Ordinal))
            {
                string mend = Suggestion.Ask(entry.Key, _known, "; remove it");
                Errors.Add(new(Node.File, entry.Line, entry.Column, entry.Value.Path, $"unknown field \"{entry.Key}\"{mend}"));
            }
        }

        foreach (MapReader? child in _children?.Values ?? Enumerable.Empty<MapReader?>())
        {
            child?.RejectUnknownFields();
        }
    }

    private bool TryString(DocumentNode? value, out string text)
    {
        switch (value)
        {
            case null:
                text = "";
                return false;
            case ScalarNode { IsString: true } scalar:
                text = scalar.Text;
                return true;
            case ScalarNode { IsNull: false } scalar:
                Errors.Add(value, $"{scalar.Text} is {value.Kind}, not a string; put it in quotes: \"{scalar.Text}\"");
                break;
            default:
                Errors.Add(value, $"this is {value.Kind}; write a string");
                break;
        }

        text = "";
        return false;
    }

    // One reader a map, however often it is asked for: it knows all fields that were read.
    private MapReader? Child(DocumentNode value)
    {
        _children ??= [];
        if (!_children.TryGetValue(value, out MapReader? child))
        {
            _children[value] = child = Of(value, Errors);
        }

        return child;
    }
}
