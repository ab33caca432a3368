using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>Create, update, patch and delete.</summary>
internal sealed class WriteHandler(ObjectStore store, ObjectResponse response, ListHandler lists, Negotiation negotiation, IObjectTranscoder? transcoder)
{
    public async Task CreateAsync(HttpContext context, ApiPath path)
    {
        JsonObject document = await ReadAsync(context, path.Resource).ConfigureAwait(false);
        if (path.Resource.Namespaced && path.Namespace.Length == 0) throw ApiError.MethodNotAllowed();
        CheckFields(context, path.Resource, document);
        StoredObject made = store.Create(path.Resource, path.Namespace, document, IsDryRun(context));
        await response.WriteAsync(context, made, 201).ConfigureAwait(false);
    }

    public async Task UpdateAsync(HttpContext context, ApiPath path, WritePart part)
    {
        JsonObject document = await ReadAsync(context, path.Resource).ConfigureAwait(false);
        CheckFields(context, path.Resource, document);
        bool creates = part == WritePart.Main && path.Resource.Storage.Strategy.CreatesOnUpdate && store.Find(path.Resource, path.Namespace, path.Name) is null;
        if (creates && document.Text("metadata", "resourceVersion").Length == 0)
        {
            await response.WriteAsync(context, store.Create(path.Resource, path.Namespace, document, IsDryRun(context)), 201).ConfigureAwait(false);
            return;
        }

        StoredObject now = store.Update(path.Resource, path.Namespace, path.Name, part, _ => document, IsDryRun(context));
        await response.WriteAsync(context, now).ConfigureAwait(false);
    }

    public async Task PatchAsync(HttpContext context, ApiPath path, WritePart part)
    {
        ReadOnlyMemory<byte> body = await RequestBody.ReadBytesAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        var patch = Patch.Parse(context.Request, body, path.Resource);
        if (patch.Creates && part == WritePart.Main && store.Find(path.Resource, path.Namespace, path.Name) is null)
        {
            JsonObject made = Typed(path.Resource, patch.Apply(new JsonObject { ["metadata"] = new JsonObject { ["name"] = path.Name } }, store.Time.GetUtcNow()));
            await response.WriteAsync(context, store.Create(path.Resource, path.Namespace, made, IsDryRun(context)), 201).ConfigureAwait(false);
            return;
        }

        StoredObject now = store.Update(path.Resource, path.Namespace, path.Name, part, document => Patched(context, path.Resource, document, patch), IsDryRun(context));
        await response.WriteAsync(context, now).ConfigureAwait(false);
    }

    /// <summary>Strict, as kubectl asks for, refuses fields that the kind does not have; without it they are kept.</summary>
    private static void CheckFields(HttpContext context, ResourceDefinition resource, JsonObject document)
    {
        if (context.Request.Query["fieldValidation"].ToString() != "Strict") return;
        IReadOnlyList<string> unknown = UnknownFields.Of(resource.ApiVersion, resource.Kind, document);
        if (unknown.Count == 0) return;
        string fields = string.Join(", ", unknown.Select(field => $"unknown field \"{field}\""));
        throw ApiError.BadRequest($"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: strict decoding error: {fields}");
    }

    /// <summary>Unlike that of an update, the UID of a patch is no precondition: it is a field that may not change.</summary>
    private JsonObject Patched(HttpContext context, ResourceDefinition resource, JsonObject document, Patch patch)
    {
        string uid = document.Text("metadata", "uid"), version = document.Text("metadata", "resourceVersion");
        JsonObject patched = Typed(resource, patch.Apply(document, store.Time.GetUtcNow()));
        CheckFields(context, resource, patched);
        string given = patched.Text("metadata", "uid");
        if (given.Length > 0 && given != uid && patched.Text("metadata", "resourceVersion") == version)
            throw ApiError.Invalid(resource, document.Text("metadata", "name"), [FieldError.Invalid("metadata.uid", $"\"{given}\"", "field is immutable")]);
        return patched;
    }

    public async Task DeleteAsync(HttpContext context, ApiPath path)
    {
        DeleteRequest request = await ReadDeleteAsync(context).ConfigureAwait(false);
        StoredObject last = store.Delete(path.Resource, path.Namespace, path.Name, request, out bool removed);
        if (!removed || path.Resource.Storage.Strategy.ReturnsDeletedObject)
        {
            await response.WriteAsync(context, last).ConfigureAwait(false);
            return;
        }

        JsonObject details = ApiError.Details(path.Resource, path.Name);
        details["uid"] = last.Uid;
        await response.WriteSuccessAsync(context, 200, details).ConfigureAwait(false);
    }

    public async Task DeleteCollectionAsync(HttpContext context, ApiPath path)
    {
        DeleteRequest request = await ReadDeleteAsync(context).ConfigureAwait(false);
        var selection = Selection.Of(path, context.Request.Query);
        var deleted = new List<StoredObject>();
        foreach (StoredObject stored in store.Snapshot(path.Resource).Table.In(path.Namespace).Where(selection.Matches))
        {
            try
            {
                deleted.Add(store.Delete(path.Resource, stored.Namespace, stored.Name, request, out _));
            }
            catch (ApiStatusException gone) when (gone.Code == 404)
            {
                // Somebody else deleted it meanwhile: it is not there, as was asked.
            }
        }

        await lists.WriteAsync(context, path.Resource, deleted).ConfigureAwait(false);
    }

    public static bool IsDryRun(HttpContext context) => context.Request.Query["dryRun"].ToString() == "All";

    private async Task<DeleteRequest> ReadDeleteAsync(HttpContext context)
    {
        JsonObject? body = await RequestBody.ReadObjectAsync(context.Request, transcoder, context.RequestAborted).ConfigureAwait(false);
        long? grace = body.Get("gracePeriodSeconds").Number() ?? (long.TryParse(context.Request.Query["gracePeriodSeconds"].ToString(), out long seconds) ? seconds : null);
        bool dryRun = IsDryRun(context) || body.Get("dryRun") is JsonArray { Count: > 0 };
        return new DeleteRequest(body.Text("preconditions", "uid"), body.Text("preconditions", "resourceVersion"), grace, dryRun);
    }

    private async Task<JsonObject> ReadAsync(HttpContext context, ResourceDefinition resource)
    {
        JsonObject document = await RequestBody.ReadObjectAsync(context.Request, transcoder, context.RequestAborted).ConfigureAwait(false)
            ?? throw ApiError.BadRequest("the request has no body");
        string kind = document.Text("kind"), version = document.Text("apiVersion");
        if ((kind.Length > 0 && kind != resource.Kind) || (version.Length > 0 && version != resource.ApiVersion))
            throw ApiError.BadRequest($"the API version in the data ({version}, {kind}) does not match the expected API version ({resource.ApiVersion}, {resource.Kind})");
        document["kind"] = resource.Kind;
        document["apiVersion"] = resource.ApiVersion;
        return Typed(resource, document);
    }

    /// <summary>Refuses a document with a field of a wrong type: what cannot be put into the kind's message could not be decoded by the API server.</summary>
    private JsonObject Typed(ResourceDefinition resource, JsonObject document)
    {
        if (transcoder is null || resource.IsCustom || !negotiation.HasProtobuf(resource)) return document;
        if (transcoder.TryEncode(resource.ApiVersion, resource.Kind, JsonSerializer.SerializeToUtf8Bytes(document), new ArrayBufferWriter<byte>())) return document;
        throw ApiError.BadRequest($"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: a field has a value of the wrong type");
    }
}
