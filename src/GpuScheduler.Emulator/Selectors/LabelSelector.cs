using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>A label selector: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k</c>.</summary>
internal sealed class LabelSelector(ImmutableArray<LabelRequirement> requirements)
{
    public static readonly LabelSelector Everything = new([]);

    public bool IsEmpty => requirements.IsEmpty;

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (LabelRequirement requirement in requirements)
            if (!requirement.Matches(labels)) return false;
        return true;
    }

    public static LabelSelector Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return Everything;
        return new LabelSelector([.. Split(text).Select(term => ParseTerm(term.Trim(), text))]);
    }

    /// <summary>The selector of an object: <c>matchLabels</c> and <c>matchExpressions</c>; without any it matches everything.</summary>
    public static LabelSelector Of(JsonObject selector) => new(
    [
        .. (selector.Get("matchLabels") as JsonObject ?? []).Select(label => new LabelRequirement(label.Key, [label.Value.AsText()], Negated: false)),
        .. (selector.Get("matchExpressions") as JsonArray ?? []).Select(term => new LabelRequirement(
            term.Text("key"),
            term.Get("values") is JsonArray { Count: > 0 } values ? [.. values.Select(value => value.AsText())] : null,
            Negated: term.Text("operator") is "NotIn" or "DoesNotExist")),
    ]);

    private static IEnumerable<string> Split(string text)
    {
        int start = 0, depth = 0;
        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] == '(') depth++;
            else if (text[index] == ')') depth--;
            if (text[index] != ',' || depth > 0) continue;
            yield return text[start..index];
            start = index + 1;
        }

        yield return text[start..];
    }

    private static LabelRequirement ParseTerm(string term, string whole)
    {
        if (term.StartsWith('!')) return new(Key(term[1..], whole), null, Negated: true);
        int open = term.IndexOf('(', StringComparison.Ordinal);
        if (open > 0 && term.EndsWith(')'))
        {
            string[] words = term[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is not [var key, "in" or "notin"]) throw Wrong(whole, term);
            return new(Key(key, whole), [.. term[(open + 1)..^1].Split(',').Select(value => value.Trim())], Negated: words[1] == "notin");
        }

        if (term.IndexOf("!=", StringComparison.Ordinal) is > 0 and var unequal) return new(Key(term[..unequal], whole), [term[(unequal + 2)..].Trim()], Negated: true);
        if (term.IndexOf('=', StringComparison.Ordinal) is > 0 and var equal) return new(Key(term[..equal], whole), [term[equal..].TrimStart('=').Trim()], Negated: false);
        return new(Key(term, whole), null, Negated: false);
    }

    private static string Key(string text, string whole)
    {
        string key = text.Trim();
        if (key.Length == 0 || key.AsSpan().ContainsAny(" ()=!")) throw Wrong(whole, text);
        return key;
    }

    private static ApiStatusException Wrong(string whole, string term) => ApiError.BadRequest($"unable to parse requirement \"{term}\" of label selector \"{whole}\"");
}
