using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator.Tests;

/// <summary>Objects of any built-in kind, of all that the table says may stand in them; no value is one that omitempty would leave out.</summary>
internal sealed class RandomObject(int seed)
{
    private readonly Random _random = new(seed);

    public JsonObject Any()
    {
        (string apiVersion, string kind) = MessageTable.BuiltIn.Kinds.ElementAt(_random.Next(MessageTable.BuiltIn.Kinds.Count()));
        if (apiVersion == "*") apiVersion = "v1";
        var result = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
        Fill(result, MessageTable.BuiltIn.Find(apiVersion, kind)!, 0);
        return result;
    }

    private void Fill(JsonObject target, MessageSchema schema, int depth)
    {
        foreach (MessageField field in schema.Fields)
        {
            if (field.Shape == FieldShape.Inline)
            {
                Fill(target, field.Message!, depth);
                continue;
            }
            // What omitempty does not leave out comes back even where it was absent.
            bool isStruct = field is { Shape: FieldShape.Value, Kind: FieldKind.Message or FieldKind.IntOrString or FieldKind.Quantity };
            bool wanted = field.InJsonWhenEmpty || isStruct || _random.Next(4 + (depth * 2)) < 2;
            if (!wanted) continue;
            JsonNode? value = field.Shape switch
            {
                FieldShape.List => new JsonArray([.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => Value(field, depth + 1))]),
                FieldShape.Map => new JsonObject(Enumerable.Range(0, 1 + _random.Next(3)).Select(i => KeyValuePair.Create($"key{i}", Value(field, depth + 1)))),
                _ => Value(field, depth + 1),
            };
            bool isEmptyObject = value is JsonObject { Count: 0 } && field.Shape == FieldShape.Value && !field.InJsonWhenEmpty;
            if (!isEmptyObject) target[field.Name.Value] = value;
        }
    }

    private JsonNode? Value(MessageField field, int depth)
    {
        switch (field.Kind)
        {
            case FieldKind.String: return Text();
            case FieldKind.Bytes: return Convert.ToBase64String([1, .. Enumerable.Repeat((byte)255, _random.Next(9))]);
            case FieldKind.Integer: return _random.Next(3) == 0 ? -1 - _random.Next() : 1 + _random.NextInt64(1L << _random.Next(1, 62));
            case FieldKind.Bool: return true;
            case FieldKind.Quantity: return $"{_random.Next(1, 1000)}Mi";
            case FieldKind.Time: return Time().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
            case FieldKind.MicroTime: return Time().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
            case FieldKind.IntOrString: return _random.Next(2) == 0 ? _random.Next(-5, 5) : Text();
            case FieldKind.Json: return new JsonObject { ["f:spec"] = new JsonObject { ["."] = new JsonArray(1, "ä", null) } };
            default:
                var nested = new JsonObject();
                Fill(nested, field.Message!, depth);
                return nested;
        }
    }

    private string Text() => _random.Next(5) switch
    {
        0 => "a\"b\\c\n\u0001é漢😀",
        1 => new string('x', 120 + _random.Next(20)),
        2 => new string('y', 16_370 + _random.Next(30)),
        _ => "pod-" + _random.Next(100),
    };

    private DateTimeOffset Time() => DateTimeOffset.UnixEpoch.AddTicks(_random.NextInt64(-1_000_000_000_000L, 4_000_000_000L) * 10_000_000L / 1000 + (_random.Next(1_000_000) * 10));
}
