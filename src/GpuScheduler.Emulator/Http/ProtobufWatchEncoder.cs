using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>A length of four bytes, then a WatchEvent whose object is an enveloped message.</summary>
internal sealed class ProtobufWatchEncoder(IObjectTranscoder transcoder, ResourceDefinition resource) : IWatchEncoder
{
    public string ContentType => MediaTypes.ProtobufWatch;

    public void Write(IBufferWriter<byte> to, string type, StoredObject stored)
        => Frame(to, type, Protobuf.Envelope(resource.ApiVersion, resource.Kind, stored.Protobuf(transcoder)));

    public void WriteBookmark(IBufferWriter<byte> to, JsonObject document) => Encode(to, "BOOKMARK", resource.ApiVersion, resource.Kind, document);

    public void WriteError(IBufferWriter<byte> to, JsonObject status) => Encode(to, "ERROR", "v1", "Status", status);

    private void Encode(IBufferWriter<byte> to, string type, string apiVersion, string kind, JsonObject document)
    {
        var message = new ArrayBufferWriter<byte>();
        // Without a protobuf form of the kind the frame ends the watch empty-handed: the client lists anew, as it would on the error.
        transcoder.TryEncode(apiVersion, kind, Encoding.UTF8.GetBytes(document.ToJsonString()), message);
        Frame(to, type, Protobuf.Envelope(apiVersion, kind, message.WrittenSpan));
    }

    private static void Frame(IBufferWriter<byte> to, string type, byte[] envelope)
    {
        int rawLength = 1 + Protobuf.VarintLength((ulong)envelope.Length) + envelope.Length;
        int length = 2 + type.Length + 1 + Protobuf.VarintLength((ulong)rawLength) + rawLength;
        BinaryPrimitives.WriteInt32BigEndian(to.GetSpan(4), length);
        to.Advance(4);
        Protobuf.WriteText(to, 1, type);
        Protobuf.WriteHead(to, 2, rawLength);
        Protobuf.WriteBytes(to, 1, envelope);
    }
}
