using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>PartialObjectMetadata a line.</summary>
internal sealed class MetadataWatchEncoder : IWatchEncoder
{
    private readonly JsonWatchEncoder _plain = new();

    public string ContentType => MediaTypes.Json;

    public void Write(IBufferWriter<byte> to, string type, StoredObject stored)
    {
        var line = new JsonObject { ["type"] = type, ["object"] = ObjectResponse.PartialMetadata(stored) };
        to.Write(Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"));
    }

    public void WriteBookmark(IBufferWriter<byte> to, JsonObject document)
    {
        document["kind"] = "PartialObjectMetadata";
        document["apiVersion"] = "meta.k8s.io/v1";
        _plain.WriteBookmark(to, document);
    }

    public void WriteError(IBufferWriter<byte> to, JsonObject status) => _plain.WriteError(to, status);
}
