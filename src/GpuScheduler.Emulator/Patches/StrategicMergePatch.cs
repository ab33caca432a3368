using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Kubernetes' own merge: lists of named things are merged by name, and directives (<c>$patch</c>, <c>$retainKeys</c> …) say the rest.</summary>
internal sealed class StrategicMergePatch(JsonObject patch) : Patch
{
    private const string Directive = "$patch";
    private const string Retain = "$retainKeys";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";
    private const string OrderPrefix = "$setElementOrder/";

    public override JsonObject Apply(JsonObject document, DateTimeOffset now) => Merge(document, patch);

    /// <summary>Changes and gives back <paramref name="target"/>, or a new object where the patch replaces it.</summary>
    public static JsonObject Merge(JsonObject target, JsonObject patch)
    {
        switch (patch.Text(Directive))
        {
            case "replace":
                return Merge([], Without(patch));
            case "delete":
                return [];
        }

        foreach ((string key, JsonNode? value) in patch)
        {
            if (key.StartsWith(DeletePrefix, StringComparison.Ordinal)) Remove(target.Get(key[DeletePrefix.Length..]) as JsonArray, value as JsonArray);
            else if (key.StartsWith('$')) continue;
            else if (value is null) target.Remove(key);
            else if (value is JsonObject inner) target[key] = Merge(target.Get(key) is JsonObject owned ? Detach(target, key, owned) : [], inner);
            else if (value is JsonArray list) target[key] = MergeList(key, target.Get(key) as JsonArray, list);
            else target[key] = value.DeepClone();
        }

        foreach ((string key, JsonNode? value) in patch)
            if (key.StartsWith(OrderPrefix, StringComparison.Ordinal) && value is JsonArray order) Order(target, key[OrderPrefix.Length..], order);
        if (patch.Get(Retain) is JsonArray kept)
        {
            HashSet<string> names = [.. kept.Select(name => name.AsText())];
            foreach (string key in target.Select(field => field.Key).Where(key => !names.Contains(key)).ToArray()) target.Remove(key);
        }

        return target;
    }

    private static JsonArray MergeList(string field, JsonArray? current, JsonArray patch)
    {
        if (patch.Items().Any(item => item.Count == 1 && item.Text(Directive) == "replace"))
            return [.. patch.Items().Where(item => item.Text(Directive) != "replace").Select(item => (JsonNode)item.DeepClone())];
        if (MergeKeys.IsSet(field))
        {
            var set = (JsonArray)(current?.DeepClone() ?? new JsonArray());
            foreach (JsonNode? value in patch)
                if (!set.Any(known => JsonNode.DeepEquals(known, value))) set.Add(value?.DeepClone());
            return set;
        }

        string? keyField = MergeKeys.Of(field, current is { Count: > 0 } ? current : patch);
        if (keyField is null) return (JsonArray)patch.DeepClone();
        List<JsonObject> items = [.. current.Items().Select(item => item.DeepClone().AsObject())];
        foreach (JsonObject item in patch.Items())
        {
            if (item.Get(keyField) is not { } key) throw ApiError.BadRequest($"map: {item.ToJsonString()} does not contain declared merge key: {keyField}");
            int index = items.FindIndex(known => JsonNode.DeepEquals(known.Get(keyField), key));
            if (item.Text(Directive) == "delete")
            {
                if (index >= 0) items.RemoveAt(index);
            }
            else if (index >= 0)
            {
                items[index] = Merge(items[index], item);
            }
            else
            {
                items.Add(Merge([], item));
            }
        }

        return [.. items];
    }

    private static void Order(JsonObject target, string field, JsonArray order)
    {
        if (target.Get(field) is not JsonArray list) return;
        string? keyField = MergeKeys.Of(field, list);
        int Rank(JsonNode? item)
        {
            for (int index = 0; index < order.Count; index++)
            {
                bool same = keyField is null || order[index] is not JsonObject wanted ? JsonNode.DeepEquals(item, order[index]) : JsonNode.DeepEquals(item.Get(keyField), wanted.Get(keyField));
                if (same) return index;
            }

            return int.MaxValue;
        }

        target[field] = new JsonArray([.. list.Select(item => item?.DeepClone()).OrderBy(Rank)]);
    }

    private static void Remove(JsonArray? list, JsonArray? values)
    {
        if (list is null || values is null) return;
        for (int index = list.Count - 1; index >= 0; index--)
            if (values.Any(value => JsonNode.DeepEquals(value, list[index]))) list.RemoveAt(index);
    }

    private static JsonObject Detach(JsonObject owner, string key, JsonObject child)
    {
        owner.Remove(key);
        return child;
    }

    private static JsonObject Without(JsonObject patch)
    {
        JsonObject rest = patch.DeepClone().AsObject();
        rest.Remove(Directive);
        return rest;
    }
}
