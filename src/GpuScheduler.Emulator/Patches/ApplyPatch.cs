using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>
/// Server-side apply. Each applying manager owns the fields it applied, down to the leaves: what it leaves out next time is removed, and what another
/// applying manager owns with another value conflicts, unless forced. Plain updates take no ownership here, other than in the API server.
/// </summary>
internal sealed class ApplyPatch(JsonObject configuration, string manager, bool force, ResourceDefinition resource) : Patch
{
    public override bool Creates => true;

    public override JsonObject Apply(JsonObject document, DateTimeOffset now)
    {
        if (configuration.At("metadata", "managedFields") is not null) throw ApiError.BadRequest("metadata.managedFields must be nil");
        List<JsonObject> owners = [.. document.At("metadata", "managedFields").Items().Select(owner => owner.DeepClone().AsObject())];
        JsonObject mine = FieldSet.Of(configuration, keyedLists: !resource.IsCustom);
        CheckConflicts(document, owners, mine);
        JsonObject? before = owners.FirstOrDefault(IsMine);
        JsonObject result = resource.IsCustom
            ? new MergePatch(configuration).Apply(document, now)
            : StrategicMergePatch.Merge(document, configuration);
        if (before?.Get("fieldsV1") is JsonObject had) RemoveDropped(result, had, mine, owners);
        owners.RemoveAll(IsMine);
        owners.Add(new JsonObject
        {
            ["manager"] = manager,
            ["operation"] = "Apply",
            ["apiVersion"] = resource.ApiVersion,
            ["time"] = now.ToTimestamp(),
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = mine,
        });
        // The same fields applied again are no change: the time stays.
        if (before is not null && JsonNode.DeepEquals(before.Get("fieldsV1"), mine)) owners[^1]["time"] = before.Get("time")?.DeepClone();
        result.Child("metadata")["managedFields"] = new JsonArray([.. owners]);
        return result;
    }

    private bool IsMine(JsonObject owner) => owner.Text("manager") == manager && owner.Text("operation") == "Apply";

    private void CheckConflicts(JsonObject document, List<JsonObject> owners, JsonObject mine)
    {
        var conflicts = new List<(string Owner, string[] Path)>();
        foreach (JsonObject owner in owners.Where(owner => !IsMine(owner)))
        {
            if (owner.Get("fieldsV1") is not JsonObject theirs) continue;
            foreach (string[] path in FieldSet.Leaves(mine).ToArray())
            {
                if (!FieldSet.Contains(theirs, path) || JsonNode.DeepEquals(FieldSet.Value(document, path), FieldSet.Value(configuration, path))) continue;
                conflicts.Add((owner.Text("manager"), path));
                if (force) FieldSet.Remove(theirs, path);
            }
        }

        if (force || conflicts.Count == 0) return;
        var causes = new JsonArray([.. conflicts.Select(conflict => (JsonNode)new JsonObject
        {
            ["reason"] = "FieldManagerConflict", ["message"] = $"conflict with \"{conflict.Owner}\"", ["field"] = Shown(conflict.Path),
        })]);
        string list = string.Join("\n", conflicts.Select(conflict => $"conflict with \"{conflict.Owner}\": {Shown(conflict.Path)}"));
        string count = conflicts.Count == 1 ? "1 conflict" : $"{conflicts.Count} conflicts";
        throw new ApiStatusException(409, "Conflict", $"Apply failed with {count}: {list}", new JsonObject { ["causes"] = causes });
    }

    private void RemoveDropped(JsonObject result, JsonObject had, JsonObject mine, List<JsonObject> owners)
    {
        foreach (string[] path in FieldSet.Leaves(had))
        {
            bool kept = FieldSet.Contains(mine, path) || owners.Any(owner => !IsMine(owner) && owner.Get("fieldsV1") is JsonObject theirs && FieldSet.Contains(theirs, path));
            if (!kept) FieldSet.RemoveValue(result, path);
        }
    }

    private static string Shown(string[] path)
        => string.Concat(path.Select(part => part.StartsWith("k:", StringComparison.Ordinal) ? $"[{part[3..^1].Replace("\":", "=", StringComparison.Ordinal).TrimStart('"')}]" : "." + part[2..]));
}
