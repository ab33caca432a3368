using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Aggregated discovery (apidiscovery.k8s.io/v2): all groups in one answer, which is what kubectl asks first.</summary>
internal static class AggregatedDiscovery
{
    public static JsonObject Groups(ResourceCatalog catalog, bool core)
    {
        var items = new JsonArray();
        foreach (IGrouping<string, ResourceDefinition> group in catalog.All.Where(resource => resource.Group.Length == 0 == core).GroupBy(resource => resource.Group))
        {
            var versions = new JsonArray([.. group.GroupBy(resource => resource.Version).Select(version => (JsonNode)new JsonObject
            {
                ["version"] = version.Key, ["freshness"] = "Current", ["resources"] = new JsonArray([.. version.Select(resource => (JsonNode)Resource(resource))]),
            })]);
            items.Add(new JsonObject { ["metadata"] = new JsonObject { ["name"] = group.Key, ["creationTimestamp"] = null }, ["versions"] = versions });
        }

        return new JsonObject { ["kind"] = "APIGroupDiscoveryList", ["apiVersion"] = "apidiscovery.k8s.io/v2", ["metadata"] = new JsonObject(), ["items"] = items };
    }

    private static JsonObject Resource(ResourceDefinition resource)
    {
        var entry = new JsonObject
        {
            ["resource"] = resource.Plural,
            ["responseKind"] = Kind(resource.Group, resource.Version, resource.Kind),
            ["scope"] = resource.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.Singular,
            ["verbs"] = Verbs.OfObjects(),
        };
        if (resource.ShortNames.Length > 0) entry["shortNames"] = Verbs.Texts(resource.ShortNames);
        if (resource.Categories.Length > 0) entry["categories"] = Verbs.Texts(resource.Categories);
        JsonNode[] parts = [.. Verbs.SubresourcesOf(resource).Select(part => (JsonNode)new JsonObject { ["subresource"] = part.Name, ["responseKind"] = Kind(part.Group, part.Version, part.Kind), ["verbs"] = Verbs.Texts(part.Verbs) })];
        if (parts.Length > 0) entry["subresources"] = new JsonArray(parts);
        return entry;
    }

    private static JsonObject Kind(string group, string version, string kind) => new() { ["group"] = group, ["version"] = version, ["kind"] = kind };
}
