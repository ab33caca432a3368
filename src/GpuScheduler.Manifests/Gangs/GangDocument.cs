using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>A gang's API object while it is read.</summary>
internal sealed class GangDocument
{
    private readonly ManifestObject _item;

    public GangDocument(ManifestObject item)
    {
        _item = item;
        Spec = item.Reader.Map("spec") ?? new MapReader(new MapNode(item.Reader.Node.File, item.Reader.Node.Line, item.Reader.Node.Column, []), item.Reader.Errors);
        if (!item.Reader.Has("spec"))
        {
            item.Reader.Error("spec", "is required; add it");
        }
    }

    public MapReader Spec { get; }

    public MapReader? Status => _item.Reader.Map("status");

    public string Namespace => _item.Namespace();

    public string Name => _item.Name();

    public ImmutableSortedDictionary<string, string> Annotations => _item.Metadata?.StringMap("annotations") ?? LabelSet.Empty;

    /// <summary>An error about an annotation.</summary>
    public void AnnotationError(string key, string message) => (_item.Metadata?.Map("annotations") ?? _item.Reader).Error(key, message);

    /// <summary>A node label key; null where the field is absent, or empty, which is an error.</summary>
    public static string? Level(MapReader? reader, string key)
    {
        if (reader is null || !reader.Has(key))
        {
            return null;
        }

        if (reader.Find(key) is ScalarNode { Text.Length: 0 })
        {
            reader.Error(key, "is empty; write a node label key such as topology.kubernetes.io/rack, or remove it");
            return null;
        }

        return reader.String(key) is { Length: > 0 } level ? level : null;
    }

    /// <summary>True where the status has the condition, and it is True.</summary>
    public bool Is(string condition) => Status?.Maps("conditions").Any(c => c.String("type") == condition && c.String("status") == "True") == true;

    /// <summary>True where the status has one of these phases.</summary>
    public bool IsPhase(params ReadOnlySpan<string> phases) => phases.Contains(Status?.String("phase") ?? "");

    /// <summary>A count of pods or groups; null where the field is absent.</summary>
    public static int? Count(MapReader reader, string key, int min) => reader.IntOrNull(key, min, int.MaxValue);

    /// <summary>The object with what all kinds state alike.</summary>
    /// <param name="kind">Of <see cref="GangKinds"/>.</param>
    /// <param name="group">Its pods and groups.</param>
    public GangObject ToGang(string kind, GangGroup group) => new()
    {
        Key = new GangKey(kind, Namespace, Name),
        Uid = _item.Metadata?.String("uid") ?? "",
        Created = Timestamps.Read(_item.Metadata, "creationTimestamp"),
        Group = group,
        PriorityClassName = Spec.String("priorityClassName"),
    };
}
