using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>An API object of the input, its kind known and the rest still to be read.</summary>
internal sealed record ManifestObject(string ApiVersion, string Kind, MapReader Reader)
{
    public MapReader? Metadata { get; } = Reader.Map("metadata");

    /// <summary>An API server made it: it comes out of a cluster rather than from a person.</summary>
    public bool IsLive => Metadata?.Has("uid") ?? false;

    /// <summary>Its name, or empty and an error.</summary>
    public string Name()
    {
        if (Metadata is null)
        {
            Reader.Error("metadata", "is required; add it with a name");
            return "";
        }

        return Metadata.RequiredString("name");
    }

    public string Namespace() => Metadata?.String("namespace") is { Length: > 0 } name ? name : "default";

    /// <summary>Its name as far as it has one, for notes.</summary>
    public string Label()
    {
        MapNode? metadata = Reader.Node["metadata"] as MapNode;
        string name = (metadata?["name"] as ScalarNode)?.Text ?? "one without a name";
        return metadata?["namespace"] is ScalarNode space ? $"{space.Text}/{name}" : name;
    }

    /// <summary>Adds an error about <paramref name="again"/>, which has the name of <paramref name="first"/>.</summary>
    public static void AddDuplicate(string what, ManifestObject first, ManifestObject again) =>
        (again.Metadata ?? again.Reader).Error("name", $"{what} is in the input already, at {first.Reader.Node.File}:{first.Reader.Node.Line}:{first.Reader.Node.Column}; remove or rename one");
}
