using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace GpuScheduler.Emulator;

/// <summary>Protobuf to JSON, as Go would write it: what is empty and marked <c>omitempty</c> is left out, unknown fields are dropped.</summary>
internal sealed class ProtobufDecoder(Utf8JsonWriter writer)
{
    /// <summary>The members of a message, without the braces around them.</summary>
    public void Members(MessageSchema schema, ReadOnlySpan<byte> message)
    {
        WireField[] fields = WireField.AllOf(message, out int count);
        int next = 0;
        foreach (MessageField field in schema.Fields)
        {
            while (next < count && fields[next].Number < field.Number) next++;
            int first = next;
            while (next < count && fields[next].Number == field.Number) next++;
            ReadOnlySpan<WireField> found = fields.AsSpan(first, next - first);
            switch (field.Shape)
            {
                case FieldShape.Inline when found.Length > 0:
                    Members(field.Message!, Bytes(field, found[^1], message));
                    break;
                case FieldShape.List when found.Length > 0 || field.InJsonWhenEmpty:
                    List(field, found, message);
                    break;
                case FieldShape.Map when found.Length > 0 || field.InJsonWhenEmpty:
                    Map(field, found, message);
                    break;
                case FieldShape.Pointer when found.Length > 0:
                    writer.WritePropertyName(field.Name);
                    Value(field, found[^1], message);
                    break;
                case FieldShape.Value when found.Length > 0 && (field.InJsonWhenEmpty || !IsEmpty(field, found[^1], message)):
                    writer.WritePropertyName(field.Name);
                    Value(field, found[^1], message);
                    break;
            }
        }
        ArrayPool<WireField>.Shared.Return(fields);
    }

    private void List(MessageField field, ReadOnlySpan<WireField> found, ReadOnlySpan<byte> message)
    {
        writer.WriteStartArray(field.Name);
        foreach (WireField item in found)
        {
            if (field.Kind == FieldKind.Integer && item.Type == WireType.Bytes)
            {
                var packed = new WireReader(message[item.Range]);
                while (!packed.AtEnd) writer.WriteNumberValue((long)packed.Varint());
            }
            else
            {
                Value(field, item, message);
            }
        }
        writer.WriteEndArray();
    }

    private void Map(MessageField field, ReadOnlySpan<WireField> found, ReadOnlySpan<byte> message)
    {
        writer.WriteStartObject(field.Name);
        foreach (WireField entry in found)
        {
            ReadOnlySpan<byte> pair = Bytes(field, entry, message);
            ReadOnlySpan<byte> key = [];
            WireField? value = null;
            var reader = new WireReader(pair);
            while (reader.Next())
            {
                if (reader.Number == 1) key = reader.Bytes;
                else if (reader.Number == 2) value = new WireField(reader);
            }
            writer.WritePropertyName(Checked(key));
            Value(field, value ?? new WireField(2, WireType.Bytes, 0, new Range(0, 0)), pair);
        }
        writer.WriteEndObject();
    }

    /// <summary>Whether <c>omitempty</c> leaves it out. An object that would be <c>{}</c> counts, although Go writes it: nothing reads it.</summary>
    private static bool IsEmpty(MessageField field, WireField found, ReadOnlySpan<byte> message)
    {
        if (field.Kind is FieldKind.Integer or FieldKind.Bool) return found.Value == 0;
        ReadOnlySpan<byte> bytes = message[found.Range];
        return field.Kind switch
        {
            FieldKind.Message => IsEmpty(field.Message!, bytes),
            FieldKind.IntOrString or FieldKind.Quantity => false,
            _ => bytes.IsEmpty,
        };
    }

    private static bool IsEmpty(MessageSchema schema, ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        while (reader.Next())
        {
            int number = reader.Number;
            MessageField? field = Array.Find(schema.Fields, f => f.Number == number);
            if (field == null) continue;
            bool isValue = field.Shape is FieldShape.Value or FieldShape.Inline;
            if (!isValue || field.InJsonWhenEmpty || !IsEmpty(field, new WireField(reader), message)) return false;
        }
        return true;
    }

    private void Value(MessageField field, WireField found, ReadOnlySpan<byte> message)
    {
        if (field.Kind is FieldKind.Integer or FieldKind.Bool)
        {
            if (found.Type != WireType.Varint) throw Wrong(field, "is no number");
            if (field.Kind == FieldKind.Bool) writer.WriteBooleanValue(found.Value != 0);
            else writer.WriteNumberValue((long)found.Value);
            return;
        }
        ReadOnlySpan<byte> bytes = Bytes(field, found, message);
        switch (field.Kind)
        {
            case FieldKind.String:
                writer.WriteStringValue(Checked(bytes));
                break;
            case FieldKind.Bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            case FieldKind.Message:
                writer.WriteStartObject();
                Members(field.Message!, bytes);
                writer.WriteEndObject();
                break;
            case FieldKind.Quantity:
                writer.WriteStringValue(Checked(Single(bytes, 1)));
                break;
            case FieldKind.Time:
            case FieldKind.MicroTime:
                Time(field, bytes);
                break;
            case FieldKind.IntOrString:
                IntOrString(bytes);
                break;
            case FieldKind.Json:
                Json(field, Single(bytes, 1));
                break;
        }
    }

    private void Time(MessageField field, ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
        {
            writer.WriteNullValue();
            return;
        }
        long seconds = 0;
        long nanos = 0;
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Number == 1) seconds = (long)reader.Value;
            else if (reader.Number == 2) nanos = (long)reader.Value;
        }
        const long first = -62_135_596_800; // year 1
        const long last = 253_402_300_799; // year 9999
        if (seconds is < first or > last || nanos is < 0 or > 999_999_999) throw Wrong(field, "is out of the range of times");
        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100);
        writer.WriteStringValue(time.ToString(
            field.Kind == FieldKind.MicroTime ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    private void IntOrString(ReadOnlySpan<byte> message)
    {
        bool isText = false;
        long number = 0;
        ReadOnlySpan<byte> text = [];
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Number == 1) isText = reader.Value == 1;
            else if (reader.Number == 2) number = (long)reader.Value;
            else if (reader.Number == 3) text = reader.Bytes;
        }
        if (isText) writer.WriteStringValue(Checked(text));
        else writer.WriteNumberValue(number);
    }

    private void Json(MessageField field, ReadOnlySpan<byte> text)
    {
        try
        {
            if (text.IsEmpty) writer.WriteNullValue();
            else writer.WriteRawValue(text);
        }
        catch (JsonException)
        {
            throw Wrong(field, "holds what is no JSON");
        }
    }

    private static ReadOnlySpan<byte> Single(ReadOnlySpan<byte> message, int number)
    {
        ReadOnlySpan<byte> found = [];
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Number == number) found = reader.Bytes;
        }
        return found;
    }

    private static ReadOnlySpan<byte> Bytes(MessageField field, WireField found, ReadOnlySpan<byte> message) =>
        found.Type == WireType.Bytes ? message[found.Range] : throw Wrong(field, "is a number where bytes are needed");

    private static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> text) =>
        Utf8.IsValid(text) ? text : throw new TranscodingException("broken protobuf: a string is no UTF-8");

    private static TranscodingException Wrong(MessageField field, string what) => new($"broken protobuf: field {field.Number} ({field.Name}) {what}");
}
