using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes;

/// <summary>Protobuf messages to the documents that their JSON would be, without what nobody reads.</summary>
internal sealed class ProtobufDocuments(string resource, Utf8Strings strings)
{
    private const long FirstSecond = -62_135_596_800; // year 1
    private const long LastSecond = 253_402_300_799; // year 9999

    /// <summary>What was found of the messages that are being read, those within others behind them.</summary>
    private readonly List<(MessageField Field, MapEntry Value)> _found = [];

    /// <exception cref="ObjectDecodeException">The bytes are no such message.</exception>
    public MapNode Read(ReadOnlySpan<byte> message, MessageShape shape)
    {
        _found.Clear();
        return Message(message, shape, 0);
    }

    private MapNode Message(ReadOnlySpan<byte> message, MessageShape shape, int origin)
    {
        int first = _found.Count;
        Find(message, shape, origin);
        MapNode map = Together(CollectionsMarshal.AsSpan(_found)[first..]);
        _found.RemoveRange(first, _found.Count - first);
        return map;
    }

    private void Find(ReadOnlySpan<byte> message, MessageShape shape, int origin)
    {
        for (ProtobufWalker fields = new(message); Next(ref fields, origin);)
        {
            if (shape.Find(fields.Field) is not { } field)
            {
                if (shape.Inlined(fields.Field) is { } inner)
                {
                    Find(fields.Bytes, inner, origin + fields.Position - fields.Bytes.Length);
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
                _found.Add((field, Entry(fields.Bytes, field.Kind, start)));
            }
            else if (Value(fields, field, start) is { } value)
            {
                _found.Add((field, new MapEntry("", 0, 0, value)));
            }
        }
    }

    /// <summary>Each field once, where it came first.</summary>
    private MapNode Together(ReadOnlySpan<(MessageField Field, MapEntry Value)> found)
    {
        int distinct = 0;
        for (int i = 0; i < found.Length; i++)
        {
            distinct += IsFirst(found, i) ? 1 : 0;
        }

        ImmutableArray<MapEntry>.Builder entries = ImmutableArray.CreateBuilder<MapEntry>(distinct);
        for (int i = 0; i < found.Length; i++)
        {
            if (IsFirst(found, i))
            {
                entries.Add(new MapEntry(found[i].Field.Name, 0, 0, Together(found[i].Field, found[i..])));
            }
        }

        return Map(entries.MoveToImmutable());
    }

    private static bool IsFirst(ReadOnlySpan<(MessageField Field, MapEntry Value)> found, int index)
    {
        MessageField field = found[index].Field;
        for (int i = index - 1; i >= 0; i--)
        {
            if (ReferenceEquals(found[i].Field, field))
            {
                return false;
            }
        }

        return true;
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

    /// <summary>All values of a field; where it may come once only, the last.</summary>
    private DocumentNode Together(MessageField field, ReadOnlySpan<(MessageField Field, MapEntry Value)> found)
    {
        DocumentNode last = found[0].Value.Value;
        ImmutableArray<MapEntry>.Builder? entries = field.Kind is FieldKind.StringMap or FieldKind.QuantityMap ? ImmutableArray.CreateBuilder<MapEntry>() : null;
        ImmutableArray<DocumentNode>.Builder? items = field.IsList ? ImmutableArray.CreateBuilder<DocumentNode>() : null;
        foreach ((MessageField each, MapEntry value) in found)
        {
            if (ReferenceEquals(each, field))
            {
                last = value.Value;
                entries?.Add(value);
                items?.Add(value.Value);
            }
        }

        return items is not null ? new ListNode(resource, 0, 0, items.DrainToImmutable()) : entries is not null ? Map(entries.DrainToImmutable()) : last;
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
}
