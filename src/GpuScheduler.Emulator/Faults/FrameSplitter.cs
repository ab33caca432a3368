using System.Buffers.Binary;

namespace GpuScheduler.Emulator;

/// <summary>Cuts the bytes of a watch into its events: lines of JSON, or frames of protobuf with four bytes of length before them.</summary>
internal sealed class FrameSplitter(bool isProtobuf)
{
    private byte[] _rest = [];

    /// <summary>The complete events, framing included, that <paramref name="bytes"/> bring; what is left waits for more.</summary>
    public IReadOnlyList<byte[]> Add(ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. _rest, .. bytes];
        var frames = new List<byte[]>();
        int start = 0;
        for (int length; (length = LengthOf(all.AsSpan(start))) > 0; start += length) frames.Add(all[start..(start + length)]);
        _rest = all[start..];
        return frames;
    }

    /// <summary>What is left at the end of the stream.</summary>
    public byte[] TakeRest() => Interlocked.Exchange(ref _rest, []);

    private int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (!isProtobuf) return bytes.IndexOf((byte)'\n') + 1;
        if (bytes.Length < 4) return 0;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return length <= bytes.Length - 4 ? (int)length + 4 : 0;
    }
}
