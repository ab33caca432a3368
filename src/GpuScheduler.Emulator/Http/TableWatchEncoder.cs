using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>A Table of one row for each event: <c>kubectl get --watch</c>. Only the first says what the columns are.</summary>
internal sealed class TableWatchEncoder(ResourceDefinition resource, string include, TimeProvider time) : IWatchEncoder
{
    private bool _columnsWritten;

    public string ContentType => MediaTypes.Json;

    public void Write(IBufferWriter<byte> to, string type, StoredObject stored) => Table(to, type, [stored], stored.Version.ToText());

    public void WriteBookmark(IBufferWriter<byte> to, JsonObject document) => Table(to, "BOOKMARK", [], document.Text("metadata", "resourceVersion"));

    public void WriteError(IBufferWriter<byte> to, JsonObject status) => new JsonWatchEncoder().WriteError(to, status);

    private void Table(IBufferWriter<byte> to, string type, StoredObject[] rows, string version)
    {
        to.Write("{\"type\":\""u8);
        Encoding.ASCII.GetBytes(type, to);
        to.Write("\",\"object\":"u8);
        using (var writer = new Utf8JsonWriter(to, StoredObject.WriterOptions))
            TableWriter.Write(writer, resource, rows, version, "", null, include, time.GetUtcNow(), withColumns: !_columnsWritten);
        to.Write("}\n"u8);
        _columnsWritten = true;
    }
}
