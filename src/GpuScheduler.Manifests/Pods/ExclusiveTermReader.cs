using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Recognises terms of pod affinity that say nothing but what exclusive topology says.</summary>
internal static class ExclusiveTermReader
{
    /// <summary>The term; null where it says anything else.</summary>
    /// <param name="term">A required term of pod affinity or anti-affinity.</param>
    /// <param name="isAgainst">Anti-affinity.</param>
    public static ExclusiveTerm? Read(MapReader term, bool isAgainst)
    {
        if (term.Map("labelSelector") is not { } selector || selector.StringMap("matchLabels").Count > 0 || !term.Strings("namespaces").IsEmpty
            || (term.Map("namespaceSelector") is { } spaces && (spaces.StringMap("matchLabels").Count > 0 || !spaces.Items("matchExpressions").IsEmpty)))
        {
            return null;
        }

        MapReader[] expressions = [.. selector.Maps("matchExpressions")];
        MapReader last = expressions.LastOrDefault() ?? selector;
        string label = last.String("key"), level = term.String("topologyKey");
        ImmutableArray<string> values = last.Strings("values");
        bool isForm = isAgainst
            ? expressions.Length == 2 && Is(expressions[0], label, "Exists") && Is(last, label, "NotIn")
            : expressions.Length == 1 && Is(last, label, "In");
        return isForm && values.Length == 1 && ExclusiveTopology.Labels.Contains(label) && level.Length > 0
            ? new ExclusiveTerm(isAgainst, new ExclusiveTopology(level, label, term.Has("namespaceSelector")), values[0])
            : null;
    }

    private static bool Is(MapReader expression, string key, string @operator) => expression.String("key") == key && expression.String("operator") == @operator;
}
