using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GpuScheduler.Emulator;

/// <summary>
/// The protobuf form of Kubernetes' built-in kinds, beside JSON. JSON members and protobuf fields that a kind does not have are dropped.
/// May be used by any number of threads.
/// </summary>
public sealed class ProtobufTranscoder : IObjectTranscoder
{
    public const string ContentType = "application/vnd.kubernetes.protobuf";

    public const string WatchContentType = "application/vnd.kubernetes.protobuf;stream=watch";

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>What stands before every protobuf object outside a list: <c>k8s</c> and a zero byte, then a <c>runtime.Unknown</c>.</summary>
    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>All kinds that have a protobuf form here; version <c>*</c> is any.</summary>
    public static IEnumerable<(string ApiVersion, string Kind)> Kinds => MessageTable.BuiltIn.Kinds;

    public static bool Knows(string apiVersion, string kind) => MessageTable.BuiltIn.Find(apiVersion, kind) != null;

    /// <summary>A JSON object, which names its apiVersion and kind, as protobuf with magic and envelope.</summary>
    /// <exception cref="TranscodingException">It has no kind that is known, or a value of a wrong type.</exception>
    public static byte[] ToProtobuf(ReadOnlySpan<byte> json)
    {
        var writer = new WireWriter();
        JsonElement root = Parse(json);
        Envelope(writer, root);
        return [.. Magic, .. writer.Written];
    }

    /// <summary>The JSON object of protobuf with magic and envelope.</summary>
    /// <exception cref="TranscodingException">It is broken, or of no kind that is known.</exception>
    public static byte[] ToJson(ReadOnlySpan<byte> protobuf)
    {
        if (!protobuf.StartsWith(Magic)) throw new TranscodingException("not Kubernetes protobuf: it does not begin with 'k8s' and a zero byte");
        var buffer = new ArrayBufferWriter<byte>();
        ReadOnlySpan<byte> typeMeta = [], message = [];
        var reader = new WireReader(protobuf[Magic.Length..]);
        while (reader.Next())
        {
            if (reader.Number == 1) typeMeta = reader.Bytes;
            else if (reader.Number == 2) message = reader.Bytes;
        }
        string apiVersion = "", kind = "";
        reader = new WireReader(typeMeta);
        while (reader.Next())
        {
            if (reader.Number == 1) apiVersion = System.Text.Encoding.UTF8.GetString(reader.Bytes);
            else if (reader.Number == 2) kind = System.Text.Encoding.UTF8.GetString(reader.Bytes);
        }
        MessageSchema schema = MessageTable.BuiltIn.Find(apiVersion, kind) ?? throw Unknown(apiVersion, kind);
        Decode(schema, apiVersion, kind, message, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A frame of a watch: four bytes of length, then a WatchEvent with the object in its envelope.</summary>
    /// <param name="type">Like <c>ADDED</c>.</param>
    /// <exception cref="TranscodingException">As <see cref="ToProtobuf"/>.</exception>
    public static byte[] ToWatchFrame(string type, ReadOnlySpan<byte> json)
    {
        byte[] embedded = ToProtobuf(json);
        var writer = new WireWriter();
        writer.Tag(1, WireType.Bytes);
        writer.Text(type);
        writer.Tag(2, WireType.Bytes);
        int start = writer.Begin();
        writer.Tag(1, WireType.Bytes);
        writer.Bytes(embedded);
        writer.End(start);
        byte[] frame = new byte[4 + writer.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, writer.Length);
        writer.Written.CopyTo(frame.AsSpan(4));
        return frame;
    }

    /// <summary>The event at the beginning of <paramref name="stream"/>; null where the frame is not complete yet.</summary>
    /// <param name="consumed">How many bytes the frame takes.</param>
    /// <exception cref="TranscodingException">The frame is broken.</exception>
    public static (string Type, byte[] Json)? FromWatchFrame(ReadOnlySpan<byte> stream, out int consumed)
    {
        consumed = 0;
        if (stream.Length < 4) return null;
        int length = BinaryPrimitives.ReadInt32BigEndian(stream);
        if (length < 0) throw new TranscodingException("broken watch frame: its length is beyond 2 GiB");
        if (stream.Length - 4 < length) return null;
        string type = "";
        ReadOnlySpan<byte> embedded = [];
        var reader = new WireReader(stream.Slice(4, length));
        while (reader.Next())
        {
            if (reader.Number == 1) type = System.Text.Encoding.UTF8.GetString(reader.Bytes);
            if (reader.Number != 2) continue;
            var extension = new WireReader(reader.Bytes);
            while (extension.Next())
            {
                if (extension.Number == 1) embedded = extension.Bytes;
            }
        }
        consumed = 4 + length;
        return (type, ToJson(embedded));
    }

    /// <inheritdoc/>
    /// <remarks>False, too, where a value is of a type that the kind does not have there: JSON can still carry it.</remarks>
    public bool TryEncode(string apiVersion, string kind, ReadOnlySpan<byte> json, IBufferWriter<byte> message)
    {
        if (MessageTable.BuiltIn.Find(apiVersion, kind) is not { } schema) return false;
        var writer = new WireWriter();
        try
        {
            new ProtobufEncoder(writer).Message(schema, Parse(json));
        }
        catch (TranscodingException)
        {
            return false;
        }
        message.Write(writer.Written);
        return true;
    }

    public bool TryDecode(string apiVersion, string kind, ReadOnlySpan<byte> message, IBufferWriter<byte> json)
    {
        if (MessageTable.BuiltIn.Find(apiVersion, kind) is not { } schema) return false;
        try
        {
            var buffer = new ArrayBufferWriter<byte>();
            Decode(schema, apiVersion, kind, message, buffer);
            json.Write(buffer.WrittenSpan);
            return true;
        }
        catch (TranscodingException)
        {
            return false;
        }
    }

    private static void Decode(MessageSchema schema, string apiVersion, string kind, ReadOnlySpan<byte> message, IBufferWriter<byte> json)
    {
        using var writer = new Utf8JsonWriter(json, Compact);
        writer.WriteStartObject();
        writer.WriteString("apiVersion", apiVersion);
        writer.WriteString("kind", kind);
        new ProtobufDecoder(writer).Members(schema, message);
        writer.WriteEndObject();
    }

    /// <summary>runtime.Unknown: typeMeta (1) of apiVersion and kind, the message (2), no content encoding (3) nor type (4).</summary>
    private static void Envelope(WireWriter writer, JsonElement root)
    {
        string apiVersion = TypeOf(root, "apiVersion");
        string kind = TypeOf(root, "kind");
        MessageSchema schema = MessageTable.BuiltIn.Find(apiVersion, kind) ?? throw Unknown(apiVersion, kind);
        writer.Tag(1, WireType.Bytes);
        int start = writer.Begin();
        writer.Tag(1, WireType.Bytes);
        writer.Text(apiVersion);
        writer.Tag(2, WireType.Bytes);
        writer.Text(kind);
        writer.End(start);
        writer.Tag(2, WireType.Bytes);
        start = writer.Begin();
        new ProtobufEncoder(writer).Message(schema, root);
        writer.End(start);
        writer.Tag(3, WireType.Bytes);
        writer.Bytes([]);
        writer.Tag(4, WireType.Bytes);
        writer.Bytes([]);
    }

    private static string TypeOf(JsonElement root, string member) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new TranscodingException($"{member}: a string is needed");

    private static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException e)
        {
            throw new TranscodingException($"not JSON: {e.Message}");
        }
    }

    private static TranscodingException Unknown(string apiVersion, string kind) => new($"{kind} of {apiVersion} has no protobuf form here");
}
