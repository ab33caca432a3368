using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes;

/// <summary>Protobuf messages to the documents that their JSON would be, without what nobody reads.</summary>
internal sealed class ProtobufDocuments(string resource, Utf8Strings strings)
{
    private const long FirstSecond = -62_135_596_800; // year 1
    private const long LastSecond = 253_402_300_799; // year 9999

    /// <exception cref="ObjectDecodeException">The bytes are no such message.</exception>
    public MapNode Read(ReadOnlySpan<byte> message, MessageShape shape) => Message(message, shape, 0);

    private MapNode Message(ReadOnlySpan<byte> message, MessageShape shape, int origin)
    {
        List<(MessageField Field, List<MapEntry> Values)> found = [];
        Collect(message, shape, origin, found);
        return Map([.. found.Select(f => new MapEntry(f.Field.Name, 0, 0, Together(f.Field, f.Values)))]);
    }

    private void Collect(ReadOnlySpan<byte> message, MessageShape shape, int origin, List<(MessageField Field, List<MapEntry> Values)> found)
    {
        for (ProtobufWalker fields = new(message); Next(ref fields, origin);)
        {
            if (shape.Find(fields.Field) is not { } field)
            {
                if (shape.Inlined(fields.Field) is { } inner)
                {
                    Collect(fields.Bytes, inner, origin + fields.Position - fields.Bytes.Length, found);
                }

                continue;
            }

            int start = origin + fields.Position - fields.Bytes.Length;
            bool isNumber = field.Kind is FieldKind.Integer or FieldKind.Bool;
            if (fields.WireType != (isNumber ? 0 : 2))
            {
                throw Broken(start, $"field {field.Number} ({field.Name}) has wire type {fields.WireType}");
            }

            if (field.Kind is FieldKind.StringMap or FieldKind.QuantityMap)
            {
                ValuesOf(found, field).Add(Entry(fields.Bytes, field.Kind, start));
            }
            else if (Value(fields, field, start) is { } value)
            {
                List<MapEntry> values = ValuesOf(found, field);
                if (!field.IsList)
                {
                    values.Clear();
                }

                values.Add(new MapEntry("", 0, 0, value));
            }
        }
    }

    /// <summary>Null where JSON would leave it out.</summary>
    private DocumentNode? Value(in ProtobufWalker at, MessageField field, int start)
    {
        bool isEmpty = at.WireType == 0 ? at.Number == 0 : at.Bytes.IsEmpty;
        if (isEmpty && !field.KeepsEmpty && field.Kind != FieldKind.Message)
        {
            return null;
        }

        return field.Kind switch
        {
            FieldKind.String => Scalar(Text(at.Bytes, start), isPlain: false),
            FieldKind.Integer => Scalar(((long)at.Number).ToString(CultureInfo.InvariantCulture), isPlain: true),
            FieldKind.Bool => Scalar("true", isPlain: true),
            FieldKind.Time => Scalar(Time(at.Bytes, start), isPlain: false),
            _ => Message(at.Bytes, field.Message!, start),
        };
    }

    private MapEntry Entry(ReadOnlySpan<byte> message, FieldKind kind, int origin)
    {
        (string key, string value) = ("", "");
        for (ProtobufWalker fields = new(message); Next(ref fields, origin);)
        {
            int start = origin + fields.Position - fields.Bytes.Length;
            if (fields.Field == 1)
            {
                key = Text(fields.Bytes, start);
            }
            else if (fields.Field == 2)
            {
                value = kind == FieldKind.StringMap ? Text(fields.Bytes, start) : Quantity(fields.Bytes, start);
            }
        }

        return new MapEntry(key, 0, 0, Scalar(value, isPlain: false));
    }

    private string Quantity(ReadOnlySpan<byte> message, int origin)
    {
        string text = "";
        for (ProtobufWalker fields = new(message); Next(ref fields, origin);)
        {
            text = fields.Field == 1 ? Text(fields.Bytes, origin + fields.Position - fields.Bytes.Length) : text;
        }

        return text;
    }

    private string Time(ReadOnlySpan<byte> message, int origin)
    {
        long seconds = 0;
        for (ProtobufWalker fields = new(message); Next(ref fields, origin);)
        {
            seconds = fields.Field == 1 ? (long)fields.Number : seconds;
        }

        return seconds is >= FirstSecond and <= LastSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : throw Broken(origin, $"{seconds} is no time");
    }

    private DocumentNode Together(MessageField field, List<MapEntry> values)
    {
        if (field.IsList)
        {
            return new ListNode(resource, 0, 0, [.. values.Select(v => v.Value)]);
        }

        return field.Kind is FieldKind.StringMap or FieldKind.QuantityMap ? Map([.. values]) : values[^1].Value;
    }

    private MapNode Map(ImmutableArray<MapEntry> entries) => new(resource, 0, 0, entries);

    private ScalarNode Scalar(string text, bool isPlain) => new(resource, 0, 0, text, isPlain);

    private string Text(ReadOnlySpan<byte> utf8, int start)
    {
        try
        {
            return strings.Shared(utf8);
        }
        catch (InvalidDataException e)
        {
            throw Broken(start, e.Message);
        }
    }

    private bool Next(ref ProtobufWalker fields, int origin)
    {
        try
        {
            return fields.MoveNext();
        }
        catch (InvalidDataException e)
        {
            throw Broken(origin + fields.Position, e.Message);
        }
    }

    private ObjectDecodeException Broken(int offset, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{resource}: at byte {offset}: {what}"));

    private static List<MapEntry> ValuesOf(List<(MessageField Field, List<MapEntry> Values)> found, MessageField field)
    {
        foreach ((MessageField known, List<MapEntry> values) in found)
        {
            if (known == field)
            {
                return values;
            }
        }

        found.Add((field, []));
        return found[^1].Values;
    }
}
