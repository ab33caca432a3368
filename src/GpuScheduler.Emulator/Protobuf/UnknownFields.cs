using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Finds members of an object that its kind does not have.</summary>
internal static class UnknownFields
{
    /// <summary>Their paths, such as <c>spec.containers[0].imagee</c>; none for kinds that are not in the table of messages.</summary>
    public static IReadOnlyList<string> Of(string apiVersion, string kind, JsonObject document)
    {
        var found = new List<string>();
        if (MessageTable.BuiltIn.Find(apiVersion, kind) is { } schema) Collect(schema, document, "", found);
        return [.. found.Where(path => path is not ("apiVersion" or "kind"))];
    }

    private static void Collect(MessageSchema schema, JsonObject value, string path, List<string> found)
    {
        foreach ((string name, JsonNode? member) in value)
        {
            string here = path.Length == 0 ? name : $"{path}.{name}";
            if (Find(schema, name) is not { } field)
            {
                found.Add(here);
                continue;
            }

            if (field.Message is not { } inner) continue;
            switch (member)
            {
                case JsonObject map when field.Shape == FieldShape.Map:
                    foreach ((string key, JsonNode? item) in map)
                        if (item is JsonObject one) Collect(inner, one, $"{here}.{key}", found);
                    break;
                case JsonObject one:
                    Collect(inner, one, here, found);
                    break;
                case JsonArray list:
                    for (int i = 0; i < list.Count; i++)
                        if (list[i] is JsonObject item) Collect(inner, item, $"{here}[{i}]", found);
                    break;
            }
        }
    }

    private static MessageField? Find(MessageSchema schema, string name)
    {
        foreach (MessageField field in schema.Fields)
        {
            if (field.Shape == FieldShape.Inline)
            {
                if (Find(field.Message!, name) is { } inlined) return inlined;
            }
            else if (field.Name.Value == name)
            {
                return field;
            }
        }

        return null;
    }
}
