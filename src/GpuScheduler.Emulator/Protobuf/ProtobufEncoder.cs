using System.Runtime.InteropServices;
using System.Text.Json;

namespace GpuScheduler.Emulator;

/// <summary>JSON to protobuf, byte for byte as Go's generated code writes it: fields by number, map keys sorted, empty values that are no pointers written too.</summary>
internal sealed class ProtobufEncoder(WireWriter writer)
{
    private static readonly byte[] Zero = "0"u8.ToArray();

    /// <summary>Where in the object the value is that is being written, for messages.</summary>
    private readonly List<string> _path = [];

    public void Message(MessageSchema schema, JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined)) throw Wrong("an object", value);
        foreach (MessageField field in schema.Fields)
        {
            if (field.Shape == FieldShape.Inline)
            {
                Value(field, value);
                continue;
            }
            JsonElement member = default;
            bool present = value.ValueKind == JsonValueKind.Object && value.TryGetProperty(field.Name.EncodedUtf8Bytes, out member)
                && member.ValueKind != JsonValueKind.Null;
            _path.Add(field.Name.Value);
            if (!present)
            {
                if (field.Shape == FieldShape.Value && field.Kind != FieldKind.Bytes) Value(field, default);
            }
            else if (field.Shape == FieldShape.List)
            {
                List(field, member);
            }
            else if (field.Shape == FieldShape.Map)
            {
                Map(field, member);
            }
            else
            {
                Value(field, member);
            }
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void List(MessageField field, JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array) throw Wrong("a list", list);
        int index = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            _path.Add($"[{index++}]");
            Value(field, item.ValueKind == JsonValueKind.Null ? default : item);
            _path.RemoveAt(_path.Count - 1);
        }
    }

    /// <summary>A map is a list of messages of a key (1) and a value (2).</summary>
    private void Map(MessageField field, JsonElement map)
    {
        if (map.ValueKind != JsonValueKind.Object) throw Wrong("a map", map);
        var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonProperty member in map.EnumerateObject()) members[member.Name] = member.Value;
        foreach ((string key, JsonElement member) in members)
        {
            _path.Add($"[{key}]");
            writer.Tag(field.Number, WireType.Bytes);
            int start = writer.Begin();
            writer.Tag(1, WireType.Bytes);
            writer.Text(key);
            Value(field with { Number = 2 }, member.ValueKind == JsonValueKind.Null ? default : member);
            writer.End(start);
            _path.RemoveAt(_path.Count - 1);
        }
    }

    /// <summary>One value with its tag; an undefined one as Go's zero value.</summary>
    private void Value(MessageField field, JsonElement value)
    {
        bool isVarint = field.Kind is FieldKind.Integer or FieldKind.Bool;
        writer.Tag(field.Number, isVarint ? WireType.Varint : WireType.Bytes);
        switch (field.Kind)
        {
            case FieldKind.Integer:
                writer.Varint((ulong)Integer(value));
                return;
            case FieldKind.Bool:
                writer.Varint(Bool(value) ? 1UL : 0);
                return;
            case FieldKind.String:
                Text(value);
                return;
            case FieldKind.Bytes:
                byte[]? bytes = null;
                if (value.ValueKind != JsonValueKind.Undefined && !(value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out bytes)))
                    throw Wrong("base64 text", value);
                writer.Bytes(bytes);
                return;
        }
        int start = writer.Begin();
        switch (field.Kind)
        {
            case FieldKind.Message:
                Message(field.Message!, value);
                break;
            case FieldKind.Quantity:
                writer.Tag(1, WireType.Bytes);
                if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Number) writer.Bytes(value.ValueKind == JsonValueKind.Number ? Raw(value) : Zero);
                else Text(value);
                break;
            case FieldKind.Time:
            case FieldKind.MicroTime:
                Time(value, field.Kind == FieldKind.MicroTime);
                break;
            case FieldKind.IntOrString:
                IntOrString(value);
                break;
            case FieldKind.Json when value.ValueKind != JsonValueKind.Undefined:
                writer.Tag(1, WireType.Bytes);
                writer.Bytes(Raw(value));
                break;
        }
        writer.End(start);
    }

    private void Time(JsonElement value, bool withMicroseconds)
    {
        if (value.ValueKind == JsonValueKind.Undefined) return;
        string text = value.ValueKind == JsonValueKind.String ? String(value) : throw Wrong("a time", value);
        // The reader takes more than RFC 3339 does: without an offset the time would be the machine's.
        bool hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text.Contains('T', StringComparison.Ordinal));
        if (!hasOffset || !value.TryGetDateTimeOffset(out DateTimeOffset time)) throw Wrong("a time such as 2026-01-31T12:00:00Z", value);
        writer.Tag(1, WireType.Varint);
        writer.Varint((ulong)time.ToUnixTimeSeconds());
        writer.Tag(2, WireType.Varint);
        writer.Varint(withMicroseconds ? (ulong)(time.UtcTicks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond * 1000) : 0);
    }

    private void IntOrString(JsonElement value)
    {
        bool isText = value.ValueKind == JsonValueKind.String;
        writer.Tag(1, WireType.Varint);
        writer.Varint(isText ? 1UL : 0);
        writer.Tag(2, WireType.Varint);
        writer.Varint(isText ? 0 : (ulong)Integer(value));
        writer.Tag(3, WireType.Bytes);
        Text(isText ? value : default);
    }

    private void Text(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            writer.Bytes([]);
            return;
        }
        if (value.ValueKind != JsonValueKind.String) throw Wrong("a string", value);
        ReadOnlySpan<byte> raw = Raw(value);
        if (raw.Contains((byte)'\\')) writer.Text(String(value));
        else writer.Bytes(raw[1..^1]);
    }

    private string String(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new TranscodingException($"{Path}: the string has half a surrogate pair");
        }
    }

    private long Integer(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => 0,
        JsonValueKind.Number when value.TryGetInt64(out long number) => number,
        _ => throw Wrong("a whole number", value),
    };

    private bool Bool(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw Wrong("true or false", value),
    };

    private static ReadOnlySpan<byte> Raw(JsonElement value) => JsonMarshal.GetRawUtf8Value(value);

    private string Path => _path.Count == 0 ? "the object" : string.Join('.', _path).Replace(".[", "[", StringComparison.Ordinal);

    private TranscodingException Wrong(string expected, JsonElement value)
    {
        string raw = value.GetRawText();
        return new TranscodingException($"{Path}: {expected} is needed, not {(raw.Length <= 60 ? raw : raw[..60] + "…")}");
    }
}
