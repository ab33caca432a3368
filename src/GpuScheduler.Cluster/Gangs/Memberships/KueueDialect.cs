using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace GpuScheduler.Cluster;

/// <summary>
/// Kueue's groups of plain pods, and its topology annotations on pods of any workload. A pod set is a group, and each slice of it, which a pod's rank tells, is
/// a group within. How many pods a workload has only groups of plain pods say; of the others none is needed at once.
/// </summary>
internal sealed class KueueDialect : IGangDialect
{
    private const int MaxLayers = 3;

    public void Read(GangSource pod, GangStatements statements)
    {
        bool isGroup = pod.Labels.TryGetValue(GangKeys.KueuePodGroup, out string? name) && name.Length > 0;
        bool hasTopology = pod.Annotations.ContainsKey(GangKeys.KueueRequired) || pod.Annotations.ContainsKey(GangKeys.KueuePreferred)
            || pod.Annotations.ContainsKey(GangKeys.KueueSliceLevel) || pod.Annotations.ContainsKey(GangKeys.KueueSliceLayers);
        if (!isGroup && !(hasTopology && pod.Annotations.TryGetValue(GangKeys.KueueWorkload, out name) && name.Length > 0))
        {
            return;
        }

        string source = isGroup ? GangKeys.KueuePodGroup : GangKeys.KueueWorkload;
        int? total = null;
        if (pod.Annotations.TryGetValue(GangKeys.KueueTotal, out string? totalText))
        {
            total = statements.Count(GangKeys.KueueTotal, totalText, 1);
        }
        else if (isGroup)
        {
            statements.Error(source, $"{source} says which group but not how many pods it has: add the annotation {GangKeys.KueueTotal}");
        }

        int? rank = Rank(pod, statements);
        string part = pod.Annotations.GetValueOrDefault(GangKeys.KueuePodSetGroup) ?? pod.Find(GangKeys.KueuePodSet) ?? "";
        GangGroup own = new() { Name = part, RequiredLevel = statements.Level(GangKeys.KueueRequired), PreferredLevel = statements.Level(GangKeys.KueuePreferred) };
        string group = part;
        ImmutableArray<Layer> layers = Layers(pod, statements);
        if (layers.Length > 0 && rank is null)
        {
            statements.Error(GangKeys.KueueSliceLevel, "the pod is to be in a slice, but nothing says in which: label it with its index, "
                + $"{GangKeys.KueuePodIndex}, or make its Job Indexed");
        }
        else if (layers.Length > 0)
        {
            // The Jobs of a JobSet count from 0 each, and each has slices of its own.
            string prefix = pod.Find(GangKeys.JobSetJobIndex) is { } job ? $"{part}/{job}/slice-" : part.Length > 0 ? $"{part}/slice-" : "slice-";
            (GangGroup slice, group) = Slice(prefix, rank!.Value, layers);
            own = own with { Groups = [slice] };
        }

        GangGroup root = part.Length == 0 ? own : new GangGroup { Groups = [own] };
        GangKey key = new(source, pod.Namespace, name!);
        statements.Member(GangAuthority.Workload, source, new GangMembership(key, group, rank)
        {
            Implied = GangValues.Implied(key, root with { Size = total, MinPods = total ?? 0 }),
        });
    }

    /// <summary>The pod's index in its pod set, counted on from those of the smaller one.</summary>
    private static int? Rank(GangSource pod, GangStatements statements)
    {
        string key = pod.Annotations.TryGetValue(GangKeys.KueuePodIndexLabel, out string? label) ? label : GangKeys.KueuePodIndex;
        string? text = pod.Labels.GetValueOrDefault(key) ?? pod.Labels.GetValueOrDefault(GangKeys.JobIndex);
        if (text is null)
        {
            return null;
        }

        int? rank = statements.Index(key, text);
        return pod.Annotations.TryGetValue(GangKeys.KueueIndexOffset, out string? offset) && statements.Index(GangKeys.KueueIndexOffset, offset) is { } from
            ? (int?)Math.Min(int.MaxValue, (long)from + (rank ?? 0))
            : rank;
    }

    /// <summary>The slices that hold a rank, the outermost with the others within, and the name of the innermost.</summary>
    private static (GangGroup Outermost, string Innermost) Slice(string prefix, int rank, ImmutableArray<Layer> layers)
    {
        string[] names = new string[layers.Length];
        for (int i = 0; i < names.Length; i++)
        {
            string before = i > 0 ? names[i - 1] + "." : prefix;
            names[i] = string.Create(CultureInfo.InvariantCulture, $"{before}{rank / layers[i].Size}");
        }

        GangGroup? slice = null;
        for (int i = layers.Length - 1; i >= 0; i--)
        {
            slice = new GangGroup { Name = names[i], Size = layers[i].Size, RequiredLevel = layers[i].Level, Groups = slice is null ? [] : [slice] };
        }

        return (slice!, names[^1]);
    }

    /// <summary>How the pod set is sliced, from the outermost layer to the innermost; empty where it is not.</summary>
    private static ImmutableArray<Layer> Layers(GangSource pod, GangStatements statements)
    {
        bool hasLayers = pod.Annotations.TryGetValue(GangKeys.KueueSliceLayers, out string? layers);
        bool hasLevel = pod.Annotations.ContainsKey(GangKeys.KueueSliceLevel);
        if (hasLayers && (hasLevel || pod.Annotations.ContainsKey(GangKeys.KueueSliceSize)))
        {
            statements.Error(GangKeys.KueueSliceLayers, $"{GangKeys.KueueSliceLayers} and {GangKeys.KueueSliceLevel} with {GangKeys.KueueSliceSize} say the same thing: keep one of them");
            return [];
        }

        if (hasLayers)
        {
            return ReadLayers(layers!, statements);
        }

        if (!hasLevel)
        {
            return [];
        }

        string? level = statements.Level(GangKeys.KueueSliceLevel);
        if (!pod.Annotations.TryGetValue(GangKeys.KueueSliceSize, out string? text))
        {
            statements.Error(GangKeys.KueueSliceLevel, $"{GangKeys.KueueSliceLevel} says where slices go but not how large they are: add {GangKeys.KueueSliceSize}");
            return [];
        }

        return statements.Count(GangKeys.KueueSliceSize, text, 1) is { } size && level is not null ? [new Layer(level, size)] : [];
    }

    private static ImmutableArray<Layer> ReadLayers(string text, GangStatements statements)
    {
        const string Key = GangKeys.KueueSliceLayers;
        List<Layer> layers = [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            foreach (JsonElement item in document.RootElement.EnumerateArray())
            {
                layers.Add(new Layer(item.GetProperty("topology").GetString() ?? "", item.GetProperty("size").GetInt32()));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            statements.Error(Key, $"{Key} \"{text}\" is not a list of layers: write [{{\"topology\":\"<node label>\",\"size\":<pods>}}], the outermost first");
            return [];
        }

        if (layers.Count is 0 or > MaxLayers || layers.Any(l => l.Level.Length == 0 || l.Size < 1) || layers.Zip(layers.Skip(1)).Any(l => l.First.Size % l.Second.Size != 0))
        {
            statements.Error(Key, $"{Key} \"{text}\" is no way to slice: write 1 to {MaxLayers} layers, each with a node label and a size of at least 1 that divides the one before");
            return [];
        }

        return [.. layers];
    }

    private readonly record struct Layer(string Level, int Size);
}
