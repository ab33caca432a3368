using System.Buffers;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Writes the frames of a watch in one form. One encoder serves one watch.</summary>
internal interface IWatchEncoder
{
    string ContentType { get; }

    /// <param name="type">ADDED, MODIFIED, DELETED.</param>
    void Write(IBufferWriter<byte> to, string type, StoredObject stored);

    /// <summary>A BOOKMARK of an object that has but a version and perhaps annotations.</summary>
    void WriteBookmark(IBufferWriter<byte> to, JsonObject document);

    /// <summary>An ERROR with its Status.</summary>
    void WriteError(IBufferWriter<byte> to, JsonObject status);
}
