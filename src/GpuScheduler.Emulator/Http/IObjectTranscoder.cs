using System.Buffers;

namespace GpuScheduler.Emulator;

/// <summary>
/// Turns one API object between its JSON and its protobuf form. Only the bare message (Pod, Node, Binding, Status …): the server itself
/// writes the <c>k8s\0</c> envelope, lists (metadata and items) and watch frames around it.
/// </summary>
public interface IObjectTranscoder
{
    /// <summary>Writes the protobuf message of a JSON object; false, with nothing written, where the kind has no protobuf form (the answer is then JSON).</summary>
    bool TryEncode(string apiVersion, string kind, ReadOnlySpan<byte> json, IBufferWriter<byte> message);

    /// <summary>Writes the JSON object of a protobuf message; false where the kind has no protobuf form or the message is broken.</summary>
    bool TryDecode(string apiVersion, string kind, ReadOnlySpan<byte> message, IBufferWriter<byte> json);
}
