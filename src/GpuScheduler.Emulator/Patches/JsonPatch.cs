using System.Globalization;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>RFC 6902.</summary>
internal sealed class JsonPatch(JsonArray operations) : Patch
{
    public override JsonObject Apply(JsonObject document, DateTimeOffset now)
    {
        JsonNode root = document;
        foreach (JsonObject operation in operations.Items()) root = Apply(root, operation);
        return root as JsonObject ?? throw Refuse("the patched document is no object");
    }

    private static JsonNode Apply(JsonNode root, JsonObject operation)
    {
        string name = operation.Text("op"), path = operation.Text("path"), from = operation.Text("from");
        switch (name)
        {
            case "add":
                return Add(root, path, operation["value"]?.DeepClone());
            case "remove":
                return Remove(root, path);
            case "replace":
                return Add(path.Length == 0 ? root : Remove(root, path), path, operation["value"]?.DeepClone());
            case "copy":
                return Add(root, path, Find(root, from)?.DeepClone());
            case "move":
                JsonNode? moved = Find(root, from)?.DeepClone();
                return Add(Remove(root, from), path, moved);
            case "test":
                JsonNode? found = Find(root, path);
                return JsonNode.DeepEquals(found, operation["value"]) ? root : throw Refuse($"testing value {path} failed");
            default:
                throw ApiError.BadRequest($"Unexpected kind of JSON patch operation: \"{name}\"");
        }
    }

    private static string[] Parts(string path)
    {
        if (path.Length == 0) return [];
        if (path[0] != '/') throw ApiError.BadRequest($"JSON pointer \"{path}\" does not start with a slash");
        return [.. path[1..].Split('/').Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Find(JsonNode root, string path)
    {
        JsonNode? node = root;
        foreach (string part in Parts(path)) node = Child(node, part, path);
        return node;
    }

    private static JsonNode? Child(JsonNode? node, string part, string path) => node switch
    {
        JsonObject owner when owner.ContainsKey(part) => owner[part],
        JsonArray list when Index(part, list.Count - 1) is { } index => list[index],
        _ => throw Refuse($"missing path \"{path}\""),
    };

    private static (JsonNode? Owner, string Last) Parent(JsonNode root, string path)
    {
        string[] parts = Parts(path);
        JsonNode? owner = root;
        foreach (string part in parts[..^1]) owner = Child(owner, part, path);
        return (owner, parts[^1]);
    }

    private static JsonNode Add(JsonNode root, string path, JsonNode? value)
    {
        if (path.Length == 0) return value ?? throw Refuse("the patched document is no object");
        (JsonNode? owner, string last) = Parent(root, path);
        switch (owner)
        {
            case JsonObject holder:
                holder[last] = value;
                return root;
            case JsonArray list when last == "-":
                list.Add(value);
                return root;
            case JsonArray list when Index(last, list.Count) is { } index:
                list.Insert(index, value);
                return root;
            default:
                throw Refuse($"missing path \"{path}\"");
        }
    }

    private static JsonNode Remove(JsonNode root, string path)
    {
        if (path.Length == 0) throw Refuse("the whole document cannot be removed");
        (JsonNode? owner, string last) = Parent(root, path);
        if (owner is JsonObject holder && holder.Remove(last)) return root;
        if (owner is not JsonArray list || Index(last, list.Count - 1) is not { } index) throw Refuse($"remove operation does not apply: doc is missing path: \"{path}\"");
        list.RemoveAt(index);
        return root;
    }

    private static int? Index(string part, int most) => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index <= most ? index : null;

    private static ApiStatusException Refuse(string why) => new(422, "Invalid", "the server rejected our request due to an error in our request: " + why, new JsonObject());
}
