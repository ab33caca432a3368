using System.Collections.Immutable;
using System.Text.Json;

namespace GpuScheduler.Cluster;

/// <summary>
/// What Koordinator's annotations say of a gang, on its pods or on its PodGroup. Both modes place all or nothing here: <c>NonStrict</c> only says what
/// becomes of pods that hold their places while others are missing, and none do.
/// </summary>
public static class KoordinatorGang
{
    private const string GroupsKind = GangKeys.KoordinatorGroups;

    /// <summary>The gang of <paramref name="key"/>.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="min">Its minimum.</param>
    /// <param name="annotations">Of the pod or of the PodGroup.</param>
    /// <param name="problem">Takes the annotation's key, and what is wrong with it.</param>
    public static GangObject Read(GangKey key, int min, IReadOnlyDictionary<string, string> annotations, Action<string, string> problem)
    {
        int? size = null;
        if (annotations.TryGetValue(GangKeys.KoordinatorTotal, out string? total))
        {
            if (GangValues.TryCount(total, 0, out int count))
            {
                size = Math.Max(count, min);
            }
            else
            {
                problem(GangKeys.KoordinatorTotal, $"{GangKeys.KoordinatorTotal} \"{total}\" is not a number of pods: write a whole number of at least 0");
            }
        }

        (string? required, string? preferred) = annotations.TryGetValue(GangKeys.KoordinatorTopology, out string? topology) ? ReadTopology(topology, problem) : default;
        GangGroup group = new() { MinPods = min, Size = size, RequiredLevel = required, PreferredLevel = preferred, Disruption = DisruptionMode.WholeGroup };
        GangObject gang = new() { Key = key, Group = group };
        if (annotations.TryGetValue(GangKeys.KoordinatorGroups, out string? groups) && ReadGroups(groups, problem) is { Length: > 1 } names)
        {
            GangKey parent = new(GroupsKind, key.Namespace, string.Join(',', names));
            GangGroup together = new() { MinGroups = names.Length, Disruption = DisruptionMode.WholeGroup };
            gang = gang with { Parent = parent, ImpliedParent = new GangObject { Key = parent, Group = together } };
            if (!names.Contains($"{key.Namespace}/{key.Name}"))
            {
                problem(GangKeys.KoordinatorGroups, $"{GangKeys.KoordinatorGroups} lists gangs that bind together, but not {key.Namespace}/{key.Name} itself: add it");
            }
        }

        return gang;
    }

    /// <summary>The gangs that bind only together, each once, in order.</summary>
    private static ImmutableArray<string> ReadGroups(string text, Action<string, string> problem)
    {
        if (Parse(text) is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String && IsName(e.GetString()!)))
        {
            return [.. list.EnumerateArray().Select(e => e.GetString()!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        }

        problem(GangKeys.KoordinatorGroups, $"{GangKeys.KoordinatorGroups} \"{text}\" is not a list of gangs: write [\"namespace/name\", \"namespace/name\"]");
        return [];
    }

    private static bool IsName(string text) => text.Split('/') is [{ Length: > 0 }, { Length: > 0 }];

    /// <summary>One layer to gather in, and one to gather in if possible; several of the latter are the same as "as close as can be".</summary>
    private static (string? Required, string? Preferred) ReadTopology(string text, Action<string, string> problem)
    {
        const string Key = GangKeys.KoordinatorTopology;
        if (Parse(text) is not { ValueKind: JsonValueKind.Object } spec || !spec.TryGetProperty("gatherStrategy", out JsonElement strategies)
            || strategies.ValueKind != JsonValueKind.Array)
        {
            problem(Key, $"{Key} \"{text}\" is not a topology: write {{\"gatherStrategy\":[{{\"layer\":\"…\",\"strategy\":\"MustGather\"}}]}}");
            return default;
        }

        List<string> required = [];
        List<string> preferred = [];
        foreach (JsonElement strategy in strategies.EnumerateArray())
        {
            string layer = TextOf(strategy, "layer");
            string how = TextOf(strategy, "strategy");
            if (layer.Length == 0 || how is not ("MustGather" or "PreferGather"))
            {
                problem(Key, $"{Key}: a gatherStrategy needs a layer, and as strategy MustGather or PreferGather: {strategy.GetRawText()} has not");
            }
            else if (TopologyKeys.KoordinatorLayer(layer) is { } level)
            {
                (how == "MustGather" ? required : preferred).Add(level);
            }
        }

        if (required.Count > 1)
        {
            problem(Key, $"{Key} has {required.Count} layers with MustGather: keep the narrowest of them, the others follow from it");
        }

        return (required.Count == 1 ? required[0] : null, preferred.Count == 1 ? preferred[0] : null);
    }

    private static string TextOf(JsonElement map, string key) =>
        map.ValueKind == JsonValueKind.Object && map.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static JsonElement? Parse(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
