using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Sets of fields in the fieldsV1 form of managedFields: <c>f:name</c> for a field, <c>k:{…}</c> for a list item by its key, an empty object for a leaf.</summary>
internal static class FieldSet
{
    /// <summary>All fields of an applied configuration but those that name the object.</summary>
    public static JsonObject Of(JsonObject configuration, bool keyedLists)
    {
        JsonObject named = configuration.DeepClone().AsObject();
        named.Remove("apiVersion");
        named.Remove("kind");
        if (named.Get("metadata") is JsonObject metadata)
        {
            foreach (string key in (ReadOnlySpan<string>)["name", "namespace", "uid", "resourceVersion", "managedFields", "creationTimestamp", "generation"]) metadata.Remove(key);
            if (metadata.Count == 0) named.Remove("metadata");
        }

        return Fields(named, keyedLists);
    }

    public static bool IsLeaf(JsonNode? set) => set is JsonObject { Count: 0 };

    /// <summary>The paths of all leaves, in depth-first order.</summary>
    public static IEnumerable<string[]> Leaves(JsonObject set)
    {
        foreach ((string key, JsonNode? inner) in set)
        {
            if (key == ".") continue;
            if (inner is not JsonObject { Count: > 0 } deeper)
            {
                yield return [key];
                continue;
            }

            foreach (string[] rest in Leaves(deeper)) yield return [key, .. rest];
        }
    }

    public static bool Contains(JsonObject set, string[] path)
    {
        JsonNode? node = set;
        foreach (string part in path)
        {
            node = node.Get(part);
            if (node is null) return false;
        }

        return true;
    }

    public static void Remove(JsonObject set, ReadOnlySpan<string> path)
    {
        if (path.Length == 1)
        {
            set.Remove(path[0]);
            return;
        }

        if (set.Get(path[0]) is not JsonObject inner) return;
        Remove(inner, path[1..]);
        if (inner.Count == 0 || (inner.Count == 1 && inner.ContainsKey("."))) set.Remove(path[0]);
    }

    /// <summary>The value a path names in a document; null where there is none.</summary>
    public static JsonNode? Value(JsonNode? document, string[] path)
    {
        foreach (string part in path) document = part.StartsWith("k:", StringComparison.Ordinal) ? Item(document, part) : document.Get(part[2..]);
        return document;
    }

    /// <summary>Removes what a path names, and objects and items left empty by it.</summary>
    public static void RemoveValue(JsonNode? document, ReadOnlySpan<string> path)
    {
        string part = path[0];
        bool isItem = part.StartsWith("k:", StringComparison.Ordinal);
        JsonNode? inner = isItem ? Item(document, part) : document.Get(part[2..]);
        if (inner is null) return;
        if (path.Length > 1)
        {
            RemoveValue(inner, path[1..]);
            bool empty = inner is JsonObject { Count: 0 } or JsonArray { Count: 0 } || (isItem && JsonNode.DeepEquals(inner, JsonNode.Parse(part[2..])));
            if (!empty) return;
        }

        if (isItem) ((JsonArray)document!).Remove(inner);
        else ((JsonObject)document!).Remove(part[2..]);
    }

    private static JsonObject? Item(JsonNode? list, string part)
    {
        (string field, JsonNode? key) = JsonNode.Parse(part[2..])!.AsObject().First();
        return list.Items().FirstOrDefault(item => JsonNode.DeepEquals(item.Get(field), key));
    }

    private static JsonObject Fields(JsonObject document, bool keyedLists)
    {
        var set = new JsonObject();
        foreach ((string name, JsonNode? value) in document)
        {
            set["f:" + name] = value switch
            {
                JsonObject { Count: > 0 } inner => Fields(inner, keyedLists),
                JsonArray { Count: > 0 } list when keyedLists && MergeKeys.Of(name, list) is { } key => Items(list, key),
                _ => new JsonObject(),
            };
        }

        return set;
    }

    private static JsonObject Items(JsonArray list, string key)
    {
        var set = new JsonObject();
        foreach (JsonObject item in list.Items())
        {
            JsonObject fields = Fields(item, keyedLists: true);
            fields["."] = new JsonObject();
            set["k:" + new JsonObject { [key] = item.Get(key)?.DeepClone() }.ToJsonString()] = fields;
        }

        return set;
    }
}
