using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>Everything that is no object: versions, groups, resources, OpenAPI and health.</summary>
internal sealed class DiscoveryHandler(ResourceCatalog catalog)
{
    private static readonly string[] FixedPaths = ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"];
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    public async Task<bool> TryHandleAsync(HttpContext context)
    {
        string[] parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool aggregated = context.Request.Headers.Accept.ToString().Contains("v=v2;as=APIGroupDiscoveryList", StringComparison.Ordinal);
        switch (parts)
        {
            case ["healthz" or "livez" or "readyz", ..]:
                await WriteTextAsync(context, "text/plain; charset=utf-8", "ok"u8.ToArray()).ConfigureAwait(false);
                return true;
            case ["openapi", "v2"]:
                await OpenApi.WriteV2Async(context, catalog).ConfigureAwait(false);
                return true;
        }

        JsonObject? answer = parts switch
        {
            [] => Paths(),
            ["version"] => Version(),
            ["api"] when aggregated => AggregatedDiscovery.Groups(catalog, core: true),
            ["apis"] when aggregated => AggregatedDiscovery.Groups(catalog, core: false),
            ["api"] => new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1"), ["serverAddressByClientCIDRs"] = new JsonArray() },
            ["apis"] => new JsonObject { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray([.. Groups().Select(group => (JsonNode)Group(group))]) },
            ["api", "v1"] => Resources("", "v1"),
            ["apis", var group] => Groups().Contains(group) ? WithKind(Group(group)) : throw ApiError.NoSuchPath(),
            ["apis", var group, var version] => Resources(group, version),
            ["openapi", "v3"] => OpenApi.Index(catalog),
            ["openapi", "v3", "api", "v1"] => OpenApi.Document(catalog, "", "v1"),
            ["openapi", "v3", "apis", var group, var version] => OpenApi.Document(catalog, group, version),
            _ => null,
        };
        if (answer is null) return false;
        if (context.Request.Method != "GET") throw ApiError.MethodNotAllowed();
        bool isAggregated = aggregated && parts.Length == 1;
        await WriteTextAsync(context, isAggregated ? Aggregated : MediaTypes.Json, Encoding.UTF8.GetBytes(answer.ToJsonString())).ConfigureAwait(false);
        return true;
    }

    public static Task WriteTextAsync(HttpContext context, string type, byte[] bytes)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "35",
        ["gitVersion"] = "v1.35.0+gpuscheduler-emulator",
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "",
        ["platform"] = "linux/amd64",
    };

    private JsonObject Paths() => new() { ["paths"] = new JsonArray([.. FixedPaths.Concat(Groups().Select(group => "/apis/" + group)).Order(StringComparer.Ordinal).Select(path => (JsonNode)path)]) };

    private IEnumerable<string> Groups() => catalog.All.Select(resource => resource.Group).Where(group => group.Length > 0).Distinct();

    private JsonObject Group(string group)
    {
        JsonObject[] versions = [.. catalog.All.Where(resource => resource.Group == group).Select(resource => resource.Version).Distinct()
            .Select(version => new JsonObject { ["groupVersion"] = $"{group}/{version}", ["version"] = version })];
        return new JsonObject { ["name"] = group, ["versions"] = new JsonArray([.. versions]), ["preferredVersion"] = versions[0].DeepClone() };
    }

    private static JsonObject WithKind(JsonObject group)
    {
        group["kind"] = "APIGroup";
        group["apiVersion"] = "v1";
        return group;
    }

    private JsonObject Resources(string group, string version)
    {
        var list = new JsonArray();
        foreach (ResourceDefinition resource in catalog.All.Where(resource => resource.Group == group && resource.Version == version))
        {
            var entry = new JsonObject { ["name"] = resource.Plural, ["singularName"] = resource.Singular, ["namespaced"] = resource.Namespaced, ["kind"] = resource.Kind, ["verbs"] = Verbs.OfObjects() };
            if (resource.ShortNames.Length > 0) entry["shortNames"] = Verbs.Texts(resource.ShortNames);
            if (resource.Categories.Length > 0) entry["categories"] = Verbs.Texts(resource.Categories);
            list.Add(entry);
            foreach (Subresource part in Verbs.SubresourcesOf(resource))
            {
                list.Add(new JsonObject
                {
                    ["name"] = $"{resource.Plural}/{part.Name}",
                    ["singularName"] = "",
                    ["namespaced"] = resource.Namespaced,
                    ["group"] = part.Group,
                    ["version"] = part.Version,
                    ["kind"] = part.Kind,
                    ["verbs"] = Verbs.Texts(part.Verbs),
                });
            }
        }

        if (list.Count == 0) throw ApiError.NoSuchPath();
        return new JsonObject { ["kind"] = "APIResourceList", ["apiVersion"] = "v1", ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}", ["resources"] = list };
    }
}
