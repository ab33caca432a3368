using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>A patch of one request, of one of the four kinds that the API knows.</summary>
internal abstract class Patch
{
    /// <summary>Whether it may create the object it names.</summary>
    public virtual bool Creates => false;

    /// <summary>Gives the patched document, which may be the given one, changed.</summary>
    public abstract JsonObject Apply(JsonObject document, DateTimeOffset now);

    public static Patch Parse(HttpRequest request, ReadOnlyMemory<byte> body, ResourceDefinition resource)
    {
        string type = (request.ContentType ?? "").Split(';')[0].Trim();
        return type switch
        {
            "application/merge-patch+json" => new MergePatch(RequestBody.Parse(body.Span)),
            "application/strategic-merge-patch+json" when !resource.IsCustom => new StrategicMergePatch(RequestBody.Parse(body.Span)),
            "application/json-patch+json" => new JsonPatch(RequestBody.ParseNode(body.Span) as JsonArray ?? throw ApiError.BadRequest("a JSON patch is a list of operations")),
            "application/apply-patch+yaml" => new ApplyPatch(RequestBody.Parse(body.Span), Manager(request), WatchRequest.IsTrue(request.Query["force"].ToString()), resource),
            _ => throw ApiError.UnsupportedMediaType(
                $"the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, {(resource.IsCustom ? "" : "application/strategic-merge-patch+json, ")}application/apply-patch+yaml"),
        };
    }

    private static string Manager(HttpRequest request)
    {
        string manager = request.Query["fieldManager"].ToString();
        if (manager.Length > 0) return manager;
        FieldError[] errors = [FieldError.Required("fieldManager", "is required for apply patch")];
        throw new ApiStatusException(422, "Invalid", $"PatchOptions.meta.k8s.io \"\" is invalid: {errors[0]}", new JsonObject { ["group"] = "meta.k8s.io", ["kind"] = "PatchOptions", ["causes"] = ApiError.Causes(errors) });
    }
}
