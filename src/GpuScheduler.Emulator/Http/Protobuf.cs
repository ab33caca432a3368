using System.Buffers;
using System.Text;

namespace GpuScheduler.Emulator;

/// <summary>The protobuf framing of the Kubernetes API: the <c>k8s\0</c> prefix, runtime.Unknown, lists and watch events.</summary>
internal static class Protobuf
{
    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>The magic prefix and an Unknown that holds a message.</summary>
    public static byte[] Envelope(string apiVersion, string kind, ReadOnlySpan<byte> message)
    {
        var buffer = new ArrayBufferWriter<byte>(message.Length + 96);
        WriteEnvelopeHead(buffer, apiVersion, kind, message.Length);
        buffer.Write(message);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>All of an envelope but the message itself, which must follow in its stated length.</summary>
    public static void WriteEnvelopeHead(IBufferWriter<byte> to, string apiVersion, string kind, long length)
    {
        var type = new ArrayBufferWriter<byte>(64);
        WriteText(type, 1, apiVersion);
        WriteText(type, 2, kind);
        to.Write(Magic);
        WriteBytes(to, 1, type.WrittenSpan);
        WriteHead(to, 2, length);
    }

    /// <summary>Tag and length of a field whose bytes follow.</summary>
    public static void WriteHead(IBufferWriter<byte> to, int field, long length)
    {
        WriteVarint(to, (uint)((field << 3) | 2));
        WriteVarint(to, (ulong)length);
    }

    /// <summary>Writes the JSON of an enveloped message.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, IObjectTranscoder transcoder, IBufferWriter<byte> json)
    {
        if (!body.StartsWith(Magic)) return false;
        ReadOnlySpan<byte> unknown = body[Magic.Length..], type = [], raw = [];
        while (TryReadBytes(ref unknown, out int field, out ReadOnlySpan<byte> value))
        {
            if (field == 1) type = value;
            else if (field == 2) raw = value;
        }

        string apiVersion = "", kind = "";
        while (TryReadBytes(ref type, out int field, out ReadOnlySpan<byte> value))
        {
            if (field == 1) apiVersion = Encoding.UTF8.GetString(value);
            else if (field == 2) kind = Encoding.UTF8.GetString(value);
        }

        return transcoder.TryDecode(apiVersion, kind, raw, json);
    }

    public static void WriteBytes(IBufferWriter<byte> to, int field, ReadOnlySpan<byte> value)
    {
        WriteHead(to, field, value.Length);
        to.Write(value);
    }

    public static void WriteText(IBufferWriter<byte> to, int field, string value) => WriteBytes(to, field, Encoding.UTF8.GetBytes(value));

    public static void WriteNumber(IBufferWriter<byte> to, int field, long value)
    {
        WriteVarint(to, (uint)(field << 3));
        WriteVarint(to, (ulong)value);
    }

    public static int VarintLength(ulong value)
    {
        int length = 1;
        while ((value >>= 7) != 0) length++;
        return length;
    }

    private static void WriteVarint(IBufferWriter<byte> to, ulong value)
    {
        Span<byte> span = to.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        to.Advance(length);
    }

    private static bool TryReadBytes(scoped ref ReadOnlySpan<byte> from, out int field, out ReadOnlySpan<byte> value)
    {
        value = [];
        field = 0;
        if (!TryReadVarint(ref from, out ulong tag) || (tag & 7) != 2 || !TryReadVarint(ref from, out ulong length) || length > (ulong)from.Length) return false;
        field = (int)(tag >> 3);
        value = from[..(int)length];
        from = from[(int)length..];
        return true;
    }

    private static bool TryReadVarint(scoped ref ReadOnlySpan<byte> from, out ulong value)
    {
        value = 0;
        for (int index = 0; index < from.Length && index < 10; index++)
        {
            value |= (ulong)(from[index] & 0x7f) << (7 * index);
            if (from[index] >= 0x80) continue;
            from = from[(index + 1)..];
            return true;
        }

        return false;
    }
}
