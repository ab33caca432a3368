using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Reading documents that may hold anything anywhere: a wrong type reads as absent.</summary>
internal static class DocumentExtensions
{
    public static JsonNode? At(this JsonNode? node, string first, string second) => node.Get(first).Get(second);

    public static JsonNode? Get(this JsonNode? node, string name)
        => node is JsonObject owner && owner.TryGetPropertyValue(name, out JsonNode? value) ? value : null;

    public static string Text(this JsonNode? node, string first, string second) => node.Get(first).Get(second).AsText();

    public static string Text(this JsonNode? node, string name) => node.Get(name).AsText();

    /// <summary>A string, or the text of a number or boolean; empty for all else.</summary>
    public static string AsText(this JsonNode? node) => node switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => value.ToJsonString(),
        _ => "",
    };

    /// <summary>By a path of names and dots.</summary>
    public static string TextAt(this JsonNode? node, string path)
    {
        foreach (Range part in path.AsSpan().Split('.')) node = node.Get(path[part]);
        return node.AsText();
    }

    public static long? Number(this JsonNode? node)
        => node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out long number) ? number : null;

    public static bool IsTrue(this JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    /// <summary>The object of that name, made where it is missing.</summary>
    public static JsonObject Child(this JsonObject owner, string name)
    {
        if (owner.Get(name) is JsonObject child) return child;
        var made = new JsonObject();
        owner[name] = made;
        return made;
    }

    public static void SetDefault(this JsonObject owner, string name, string value)
    {
        if (owner.Text(name).Length == 0) owner[name] = value;
    }

    /// <summary>The objects in a list, whatever else is in it.</summary>
    public static IEnumerable<JsonObject> Items(this JsonNode? node) => node is JsonArray list ? list.OfType<JsonObject>() : [];

    public static string ToText(this long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>As metav1.Time: UTC, whole seconds.</summary>
    public static string ToTimestamp(this DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
