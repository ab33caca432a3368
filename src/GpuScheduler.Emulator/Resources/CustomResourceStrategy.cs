using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>CustomResourceDefinitions: accepted at once, and their kinds served from the same write on. Schemas are shown, not enforced.</summary>
internal sealed class CustomResourceStrategy : ResourceStrategy
{
    public override void PrepareForCreate(JsonObject document, ObjectStore store)
    {
        JsonObject spec = document.Child("spec"), names = spec.Child("names");
        names.SetDefault("singular", names.Text("kind").ToLowerInvariant());
        names.SetDefault("listKind", names.Text("kind") + "List");
        string now = store.Time.GetUtcNow().ToTimestamp();
        document["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(Condition("NamesAccepted", "NoConflicts", "no conflicts found", now), Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", now)),
            ["acceptedNames"] = names.DeepClone(),
            ["storedVersions"] = new JsonArray([.. spec.Get("versions").Items().Where(version => version.Get("storage").IsTrue()).Select(version => (JsonNode)version.Text("name"))]),
        };
    }

    public override void Validate(JsonObject document, List<FieldError> errors)
    {
        JsonNode? spec = document.Get("spec");
        string plural = spec.Text("names", "plural"), group = spec.Text("group"), expected = $"{plural}.{group}";
        if (group.Length == 0) errors.Add(FieldError.Required("spec.group"));
        if (plural.Length == 0) errors.Add(FieldError.Required("spec.names.plural"));
        if (spec.Text("names", "kind").Length == 0) errors.Add(FieldError.Required("spec.names.kind"));
        if (document.Text("metadata", "name") is var name && name != expected) errors.Add(FieldError.Invalid("metadata.name", $"\"{name}\"", "must be spec.names.plural+\".\"+spec.group"));
        if (spec.Text("scope") is not ("Namespaced" or "Cluster") and var scope) errors.Add(FieldError.Unsupported("spec.scope", scope, "Cluster", "Namespaced"));
        if (spec.Get("versions").Items().Count(version => version.Get("storage").IsTrue()) != 1)
            errors.Add(FieldError.Invalid("spec.versions", "[]", "must have exactly one version marked as storage version"));
    }

    public override void Committed(StoredObject? old, StoredObject? now, ObjectStore store)
    {
        JsonObject document = (now ?? old!).ReadDocument();
        JsonNode? spec = document.Get("spec");
        if (now is null) DeleteObjects(CustomResources.Define(spec!), store);
        store.Catalog.Replace(spec.Text("group"), spec.Text("names", "plural"), now is null ? [] : CustomResources.Define(spec!));
    }

    private static void DeleteObjects(IReadOnlyList<ResourceDefinition> versions, ObjectStore store)
    {
        if (versions.Count == 0) return;
        foreach (StoredObject stored in store.Snapshot(versions[0]).Table.In("")) store.Delete(versions[0], stored.Namespace, stored.Name, DeleteRequest.Now, out _);
    }

    private static JsonObject Condition(string type, string reason, string message, string now)
        => new() { ["lastTransitionTime"] = now, ["message"] = message, ["reason"] = reason, ["status"] = "True", ["type"] = type };
}
