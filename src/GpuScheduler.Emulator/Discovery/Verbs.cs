using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>What discovery says can be done.</summary>
internal static class Verbs
{
    private static readonly ImmutableArray<string> Objects = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly ImmutableArray<string> Status = ["get", "patch", "update"];

    public static JsonArray OfObjects() => Texts(Objects);

    public static JsonArray Texts(ImmutableArray<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    public static IEnumerable<Subresource> SubresourcesOf(ResourceDefinition resource)
        => resource.HasStatus ? resource.Subresources.Append(new Subresource("status", resource.Kind, resource.Group, resource.Version, Status)) : resource.Subresources;
}
