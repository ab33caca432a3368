using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>What a resource path names. Namespace, name and subresource are empty where the path has none.</summary>
internal sealed record ApiPath(ResourceDefinition Resource, string Namespace, string Name, string Subresource, bool IsWatchPath)
{
    /// <summary>Parses <c>/api/v1/…</c> and <c>/apis/group/version/…</c> down to a resource; throws NotFound for all else.</summary>
    public static ApiPath Parse(PathString path, ResourceCatalog catalog)
    {
        string[] parts = path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int at = parts[0] == "api" ? 2 : 3;
        if (parts.Length <= at) throw ApiError.NoSuchPath();
        string group = parts[0] == "api" ? "" : parts[1], version = parts[at - 1];
        bool watch = parts[at] == "watch";
        if (watch) at++;
        string space = "";
        string[] rest = parts[at..];
        if (rest is ["namespaces", _, not ("status" or "finalize"), ..])
        {
            space = rest[1];
            rest = rest[2..];
        }

        if (rest.Length is 0 or > 3) throw ApiError.NoSuchPath();
        ResourceDefinition? resource = catalog.Find(group, version, rest[0]);
        // The old way to bind: POST namespaces/{ns}/bindings.
        if (resource is null && group.Length == 0 && rest is ["bindings"]) return new ApiPath(catalog.Pods, space, "", "binding", watch);
        if (resource is null || (space.Length > 0 && !resource.Namespaced)) throw ApiError.NoSuchPath();
        string name = rest.Length > 1 ? rest[1] : "", subresource = rest.Length > 2 ? rest[2] : "";
        if (name.Length > 0 && resource.Namespaced && space.Length == 0) throw ApiError.NoSuchPath();
        return new ApiPath(resource, space, name, subresource, watch);
    }
}
