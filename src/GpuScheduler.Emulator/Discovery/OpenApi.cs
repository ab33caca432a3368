using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>
/// OpenAPI documents, small but valid: the paths and kinds that are served, with the schemas of custom kinds. Built-in kinds are open objects, so that clients check nothing themselves.
/// </summary>
internal static class OpenApi
{
    private static readonly string[] WriteParameters = ["dryRun", "fieldManager", "fieldValidation"];
    private const string KindExtension = "x-kubernetes-group-version-kind";

    public static JsonObject Index(ResourceCatalog catalog)
    {
        var paths = new JsonObject();
        foreach (string version in catalog.All.Select(resource => resource.Group.Length == 0 ? "api/" + resource.Version : $"apis/{resource.ApiVersion}").Distinct())
            paths[version] = new JsonObject { ["serverRelativeURL"] = "/openapi/v3/" + version };
        return new JsonObject { ["paths"] = paths };
    }

    public static JsonObject Document(ResourceCatalog catalog, string group, string version)
    {
        ResourceDefinition[] resources = [.. catalog.All.Where(resource => resource.Group == group && resource.Version == version)];
        if (resources.Length == 0) throw ApiError.NoSuchPath();
        JsonObject schemas = [], paths = [];
        foreach (ResourceDefinition resource in resources)
        {
            schemas[SchemaName(resource)] = Schema(resource);
            paths[Path(resource)] = Operations(resource);
        }

        return new JsonObject { ["openapi"] = "3.0.0", ["info"] = Info(), ["paths"] = paths, ["components"] = new JsonObject { ["schemas"] = schemas } };
    }

    public static Task WriteV2Async(HttpContext context, ResourceCatalog catalog)
    {
        if (context.Request.Headers.Accept.ToString().Contains("protobuf", StringComparison.Ordinal))
        {
            // gnostic's openapi_v2.Document: 1 swagger, 2 info {1 title, 2 version}, 8 paths.
            var info = new ArrayBufferWriter<byte>();
            Protobuf.WriteText(info, 1, "Kubernetes");
            Protobuf.WriteText(info, 2, "v1.35.0");
            var document = new ArrayBufferWriter<byte>();
            Protobuf.WriteText(document, 1, "2.0");
            Protobuf.WriteBytes(document, 2, info.WrittenSpan);
            Protobuf.WriteBytes(document, 8, []);
            return DiscoveryHandler.WriteTextAsync(context, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf", document.WrittenSpan.ToArray());
        }

        JsonObject definitions = [];
        foreach (ResourceDefinition resource in catalog.All) definitions[SchemaName(resource)] = Schema(resource);
        var json = new JsonObject { ["swagger"] = "2.0", ["info"] = Info(), ["paths"] = new JsonObject(), ["definitions"] = definitions };
        return DiscoveryHandler.WriteTextAsync(context, MediaTypes.Json, Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    private static JsonObject Info() => new() { ["title"] = "Kubernetes", ["version"] = "v1.35.0" };

    private static string SchemaName(ResourceDefinition resource)
        => resource.Group.Length == 0 ? $"io.k8s.api.core.{resource.Version}.{resource.Kind}" : $"{string.Join('.', resource.Group.Split('.').Reverse())}.{resource.Version}.{resource.Kind}";

    private static JsonObject Schema(ResourceDefinition resource)
    {
        JsonObject schema = resource.Schema is { } given ? JsonObject.Create(given)! : new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
        schema = schema.DeepClone().AsObject();
        schema[KindExtension] = new JsonArray(Kind(resource));
        return schema;
    }

    private static JsonObject Kind(ResourceDefinition resource) => new() { ["group"] = resource.Group, ["version"] = resource.Version, ["kind"] = resource.Kind };

    private static string Path(ResourceDefinition resource)
        => $"/{(resource.Group.Length == 0 ? "api" : "apis")}/{resource.ApiVersion}/{(resource.Namespaced ? "namespaces/{namespace}/" : "")}{resource.Plural}/{{name}}";

    private static JsonObject Operations(ResourceDefinition resource)
    {
        var operations = new JsonObject();
        foreach (string method in (ReadOnlySpan<string>)["get", "put", "patch", "delete"])
        {
            var parameters = new JsonArray([.. WriteParameters.Where(_ => method is "put" or "patch").Select(name => (JsonNode)Parameter(name))]);
            operations[method] = new JsonObject
            {
                ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
                ["parameters"] = parameters,
                [KindExtension] = Kind(resource),
                ["x-kubernetes-action"] = method == "patch" ? "patch" : method,
            };
        }

        return operations;
    }

    private static JsonObject Parameter(string name) => new() { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true } };
}
