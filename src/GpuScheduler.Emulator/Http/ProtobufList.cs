using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>Writes a list in its protobuf form: field 1 its metadata, field 2 the items.</summary>
internal static class ProtobufList
{
    private const int FlushBytes = 128 * 1024;

    public static async Task WriteAsync(HttpContext context, IObjectTranscoder transcoder, ResourceDefinition resource, List<StoredObject> objects, long version, string continueToken, long? remaining)
    {
        var metadata = new ArrayBufferWriter<byte>(64);
        Protobuf.WriteText(metadata, 1, "");
        Protobuf.WriteText(metadata, 2, version.ToText());
        Protobuf.WriteText(metadata, 3, continueToken);
        if (remaining is { } count) Protobuf.WriteNumber(metadata, 4, count);
        var head = new ArrayBufferWriter<byte>(80);
        Protobuf.WriteBytes(head, 1, metadata.WrittenSpan);
        byte[][] items = [.. objects.Select(stored => stored.Protobuf(transcoder))];
        long length = head.WrittenCount + items.Sum(item => 1L + Protobuf.VarintLength((ulong)item.Length) + item.Length);
        PipeWriter pipe = context.Response.BodyWriter;
        Protobuf.WriteEnvelopeHead(pipe, resource.ApiVersion, resource.ListKind, length);
        pipe.Write(head.WrittenSpan);
        foreach (byte[] item in items)
        {
            Protobuf.WriteBytes(pipe, 2, item);
            if (pipe.UnflushedBytes > FlushBytes) await pipe.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }

        await pipe.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
