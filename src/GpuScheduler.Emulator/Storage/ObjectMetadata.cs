using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>The parts of <c>metadata</c> that the API server itself writes. Used under the store's lock.</summary>
internal sealed class ObjectMetadata(TimeProvider time, int seed)
{
    private const string NameAlphabet = "bcdfghjklmnpqrstvwxz2456789";
    private readonly Random _random = new(seed);

    public void PrepareForCreate(ResourceDefinition resource, string space, JsonObject document)
    {
        JsonObject metadata = document.Child("metadata");
        string prefix = metadata.Text("generateName");
        if (metadata.Text("name").Length == 0 && prefix.Length > 0) metadata["name"] = prefix + Suffix();
        string named = metadata.Text("namespace");
        if (resource.Namespaced && named.Length > 0 && named != space)
            throw ApiError.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        if (metadata.Text("resourceVersion") is { Length: > 0 } and not "0")
            throw ApiError.BadRequest("resourceVersion should not be set on objects to be created");
        metadata.Remove("namespace");
        if (resource.Namespaced) metadata["namespace"] = space;
        metadata["uid"] = NewUid();
        metadata.Remove("resourceVersion");
        if (resource.HasGeneration) metadata["generation"] = 1;
        metadata["creationTimestamp"] = time.GetUtcNow().ToTimestamp();
        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        metadata.Remove("selfLink");
    }

    public static void PrepareForUpdate(ResourceDefinition resource, JsonObject document, JsonObject old, WritePart part)
    {
        JsonObject metadata = document.Child("metadata"), before = old.Child("metadata");
        string name = before.Text("name");
        if (metadata.Text("name") is { Length: > 0 } given && given != name)
            throw ApiError.BadRequest($"the name of the object ({given}) does not match the name on the URL ({name})");
        if (metadata.Text("namespace") is { Length: > 0 } space && space != before.Text("namespace"))
            throw ApiError.BadRequest($"the namespace of the object ({space}) does not match the namespace on the URL ({before.Text("namespace")})");
        string version = metadata.Text("resourceVersion");
        if (version.Length == 0 && !resource.Storage.Strategy.AllowsUnconditionalUpdate)
            throw ApiError.Invalid(resource, name, [FieldError.Invalid("metadata.resourceVersion", "0x0", "must be specified for an update")]);
        if (version.Length > 0 && version != "0" && version != before.Text("resourceVersion")) throw ApiError.Modified(resource, name);
        if (metadata.Text("uid") is { Length: > 0 } uid && uid != before.Text("uid"))
            throw ApiError.Conflict(resource, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.Text("uid")}");
        foreach (string key in (ReadOnlySpan<string>)["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "generateName"])
        {
            if (before.Get(key) is { } value) metadata[key] = value.DeepClone();
            else metadata.Remove(key);
        }

        metadata.Remove("selfLink");
        if (metadata.Get("managedFields") is null && before.Get("managedFields") is { } owners) metadata["managedFields"] = owners.DeepClone();
        if (part == WritePart.Main && resource.Storage.HasGeneration && SpecChanged(document, old))
            metadata["generation"] = (before.Get("generation").Number() ?? 0) + 1;
    }

    /// <summary>Sets the deletion's time and grace; false when the object was already as far.</summary>
    public bool MarkDeleted(JsonObject document, long grace)
    {
        JsonObject metadata = document.Child("metadata");
        if (metadata.Get("deletionTimestamp") is not null && metadata.Get("deletionGracePeriodSeconds").Number() is { } running && running <= grace) return false;
        metadata["deletionTimestamp"] = time.GetUtcNow().AddSeconds(grace).ToTimestamp();
        metadata["deletionGracePeriodSeconds"] = grace;
        if (metadata.Get("generation").Number() is { } generation) metadata["generation"] = generation + 1;
        return true;
    }

    /// <summary>Marked as deleted, its grace over, and no finalizer holding it.</summary>
    public static bool IsFinallyDeleted(JsonObject document)
    {
        JsonNode? metadata = document.Get("metadata");
        return metadata.Get("deletionTimestamp") is not null
            && metadata.Get("deletionGracePeriodSeconds").Number() is null or 0
            && metadata.Get("finalizers") is not JsonArray { Count: > 0 }
            && document.At("spec", "finalizers") is not JsonArray { Count: > 0 };
    }

    public static void CheckPreconditions(ResourceDefinition resource, StoredObject stored, DeleteRequest request)
    {
        if (request.Uid.Length > 0 && request.Uid != stored.Uid)
            throw ApiError.Conflict(resource, stored.Name, $"Precondition failed: UID in precondition: {request.Uid}, UID in object meta: {stored.Uid}");
        if (request.ResourceVersion.Length > 0 && request.ResourceVersion != stored.Version.ToText())
            throw ApiError.Conflict(resource, stored.Name, $"Precondition failed: ResourceVersion in precondition: {request.ResourceVersion}, ResourceVersion in object meta: {stored.Version}");
    }

    public static void Validate(ResourceDefinition resource, JsonObject document, List<FieldError> errors)
    {
        JsonNode? metadata = document.Get("metadata");
        string name = metadata.Text("name");
        if (name.Length == 0) errors.Add(FieldError.Required("metadata.name", "name or generateName is required"));
        else if (Names.Problem(name, resource.Strategy.NameRule) is { } problem) errors.Add(FieldError.Invalid("metadata.name", $"\"{name}\"", problem));
        if (metadata.Get("labels") is JsonObject labels) Names.CheckLabels("metadata.labels", labels, errors);
        if (metadata.Get("annotations") is JsonObject annotations) Names.CheckKeys("metadata.annotations", annotations, errors);
    }

    private static bool SpecChanged(JsonObject document, JsonObject old)
        => document.Select(field => field.Key).Union(old.Select(field => field.Key)).Any(key =>
            key is not ("metadata" or "status" or "kind" or "apiVersion") && !JsonNode.DeepEquals(document[key], old[key]));

    private string NewUid()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes).ToString();
    }

    private string Suffix() => string.Create(5, _random, static (span, random) =>
    {
        foreach (ref char letter in span) letter = NameAlphabet[random.Next(NameAlphabet.Length)];
    });
}
