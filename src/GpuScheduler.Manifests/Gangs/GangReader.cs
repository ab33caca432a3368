using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>
/// Reads the objects in which ecosystems state gangs. What is wrong with one is among its problems, each with the path and the mend, and costs no other its
/// reading; fields that we do not know are passed over.
/// </summary>
public static class GangReader
{
    private static readonly ImmutableArray<IGangReader> Readers =
    [
        new NativePodGroupReader(), new NativeCompositeReader(), new NativeWorkloadReader(), new KaiPodGroupReader(), new VolcanoPodGroupReader(),
        new CoschedulingPodGroupReader(), new KoordinatorPodGroupReader(), new GrovePodGangReader(),
    ];

    /// <summary>True for kinds that state gangs.</summary>
    public static bool Reads(string apiVersion, string kind) => Find(apiVersion, kind) is not null;

    /// <summary>The gang, or the part of one, that an object states; null where it is of another kind, or has no name.</summary>
    public static GangObject? Read(MapNode document)
    {
        MapReader reader = new(document, []);
        return Read(new ManifestObject(reader.String("apiVersion"), reader.String("kind"), reader));
    }

    /// <summary>As above; the item's own errors are left alone.</summary>
    internal static GangObject? Read(ManifestObject item)
    {
        ConfigurationErrors errors = [];
        if (Find(item.ApiVersion, item.Kind) is not { } reader)
        {
            return null;
        }

        GangDocument document = new(new ManifestObject(item.ApiVersion, item.Kind, new MapReader(item.Reader.Node, errors)));
        if (document.Name.Length == 0)
        {
            return null;
        }

        GangObject gang = reader.Read(document);
        return errors.Count == 0 ? gang : gang with { Problems = ObjectProblems.Sentences(errors) };
    }

    private static IGangReader? Find(string apiVersion, string kind)
    {
        ReadOnlySpan<char> group = apiVersion.AsSpan()[..Math.Max(0, apiVersion.IndexOf('/', StringComparison.Ordinal))];
        foreach (IGangReader reader in Readers)
        {
            if (kind == reader.Kind && group.SequenceEqual(reader.ApiGroup))
            {
                return reader;
            }
        }

        return null;
    }
}
