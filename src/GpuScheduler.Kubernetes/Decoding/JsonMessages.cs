using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// JSON of API objects to their protobuf messages, of only the fields that anybody reads; the rest is skipped. So the one quick reader of pods serves both
/// forms. JSON that is not as an API server writes it is left to the reader of documents, which can say what is wrong.
/// </summary>
internal sealed class JsonMessages
{
    /// <summary>Lengths are written in as many bytes, whatever they are: they are known only afterwards.</summary>
    private const int LengthBytes = 4;
    private const int MaxLength = 1 << (7 * LengthBytes);

    /// <summary>As API servers write times; the four quotes are not of the text.</summary>
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private byte[] _bytes = new byte[4096];
    private int _length;

    /// <summary>The message of the object; valid until the next. False: this is for the reader of documents.</summary>
    public bool TryWrite(ReadOnlySpan<byte> json, MessageShape shape, out ReadOnlySpan<byte> message)
    {
        message = default;
        _length = 0;
        try
        {
            Utf8JsonReader reader = new(json);
            if (json.Length >= MaxLength || !reader.Read() || !TryFields(ref reader, shape) || reader.Read())
            {
                return false;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text is not UTF-8.
            return false;
        }

        message = _bytes.AsSpan(0, _length);
        return true;
    }

    private bool TryFields(ref Utf8JsonReader reader, MessageShape shape)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            MessageField? field = reader.ValueIsEscaped ? null : shape.Find(reader.ValueSpan);
            reader.Read();
            if (field is null)
            {
                reader.Skip();
            }
            else if (reader.TokenType != JsonTokenType.Null && !TryFieldWithin(ref reader, field))
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    private bool TryFieldWithin(ref Utf8JsonReader reader, MessageField field)
    {
        if (field.Within == 0)
        {
            return TryField(ref reader, field);
        }

        int start = Begin(field.Within);
        bool isRead = TryField(ref reader, field);
        End(start);
        return isRead;
    }

    private bool TryField(ref Utf8JsonReader reader, MessageField field)
    {
        if (field.Kind is FieldKind.StringMap or FieldKind.QuantityMap)
        {
            return TryEntries(ref reader, field);
        }

        if (!field.IsList)
        {
            return TryValue(ref reader, field);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!TryValue(ref reader, field))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryValue(ref Utf8JsonReader reader, MessageField field)
    {
        switch (field.Kind)
        {
            case FieldKind.String:
                return reader.TokenType == JsonTokenType.String && Text(ref reader, field.Number);
            case FieldKind.Integer:
                return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) && Number(field.Number, (ulong)number);
            case FieldKind.Bool:
                return reader.TokenType is JsonTokenType.True or JsonTokenType.False && Number(field.Number, reader.TokenType == JsonTokenType.True ? 1UL : 0);
            case FieldKind.Time:
                return TryTime(ref reader, field.Number);
            default:
                int start = Begin(field.Number);
                bool isRead = TryFields(ref reader, field.Message!);
                End(start);
                return isRead;
        }
    }

    private bool TryEntries(ref Utf8JsonReader reader, MessageField field)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int entry = Begin(field.Number);
            Text(ref reader, 1);
            reader.Read();
            bool isQuantity = field.Kind == FieldKind.QuantityMap;
            if (reader.TokenType != JsonTokenType.String && !(isQuantity && reader.TokenType == JsonTokenType.Number))
            {
                return false;
            }

            int quantity = isQuantity ? Begin(2) : 0;
            Text(ref reader, isQuantity ? 1 : 2);
            if (isQuantity)
            {
                End(quantity);
            }

            End(entry);
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    /// <summary>Only whole seconds of UTC, as API servers write them.</summary>
    private bool TryTime(ref Utf8JsonReader reader, int field)
    {
        Span<char> text = stackalloc char[TimeFormat.Length - 4];
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length != text.Length
            || Ascii.ToUtf16(reader.ValueSpan, text, out _) != OperationStatus.Done
            || !DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
        {
            return false;
        }

        int start = Begin(field);
        Number(1, (ulong)time.ToUnixTimeSeconds());
        End(start);
        return true;
    }

    private bool Text(ref Utf8JsonReader reader, int field)
    {
        int start = Begin(field);
        int length = reader.ValueSpan.Length;
        Span<byte> to = Space(length);
        if (reader.TokenType == JsonTokenType.Number)
        {
            reader.ValueSpan.CopyTo(to);
        }
        else
        {
            length = reader.CopyString(to);
        }

        _length += length;
        End(start);
        return true;
    }

    private bool Number(int field, ulong value)
    {
        Varint((ulong)field << 3);
        Varint(value);
        return true;
    }

    private int Begin(int field)
    {
        Varint(((ulong)field << 3) | 2);
        Space(LengthBytes);
        return _length += LengthBytes;
    }

    private void End(int start)
    {
        int length = _length - start;
        Span<byte> at = _bytes.AsSpan(start - LengthBytes);
        for (int i = 0; i < LengthBytes; i++)
        {
            at[i] = (byte)((length >> (7 * i) & 0x7f) | (i < LengthBytes - 1 ? 0x80 : 0));
        }
    }

    private void Varint(ulong value)
    {
        Span<byte> to = Space(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            to[length++] = (byte)(value | 0x80);
        }

        to[length++] = (byte)value;
        _length += length;
    }

    private Span<byte> Space(int length)
    {
        if (length > _bytes.Length - _length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        }

        return _bytes.AsSpan(_length);
    }
}
