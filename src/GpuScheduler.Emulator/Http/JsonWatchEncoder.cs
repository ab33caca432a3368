using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>One JSON object a line; an object's stored bytes are copied as they are.</summary>
internal sealed class JsonWatchEncoder : IWatchEncoder
{
    public string ContentType => MediaTypes.Json;

    public void Write(IBufferWriter<byte> to, string type, StoredObject stored) => Frame(to, type, stored.Json.Span);

    public void WriteBookmark(IBufferWriter<byte> to, JsonObject document) => Frame(to, "BOOKMARK", Encoding.UTF8.GetBytes(document.ToJsonString()));

    public void WriteError(IBufferWriter<byte> to, JsonObject status) => Frame(to, "ERROR", Encoding.UTF8.GetBytes(status.ToJsonString()));

    private static void Frame(IBufferWriter<byte> to, string type, ReadOnlySpan<byte> json)
    {
        to.Write("{\"type\":\""u8);
        Encoding.ASCII.GetBytes(type, to);
        to.Write("\",\"object\":"u8);
        to.Write(json);
        to.Write("}\n"u8);
    }
}
