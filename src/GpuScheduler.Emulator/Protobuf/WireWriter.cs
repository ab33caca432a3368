using System.Text;

namespace GpuScheduler.Emulator;

/// <summary>Writes protobuf into one growing buffer; the length of a nested message is put in front of it when it is complete.</summary>
internal sealed class WireWriter
{
    private byte[] _buffer = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Tag(int number, WireType type) => Varint(((ulong)number << 3) | (uint)type);

    public void Varint(ulong value)
    {
        Grow(10);
        while (value >= 0x80)
        {
            _buffer[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        _buffer[Length++] = (byte)value;
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Varint((ulong)value.Length);
        Grow(value.Length);
        value.CopyTo(_buffer.AsSpan(Length));
        Length += value.Length;
    }

    public void Text(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)length);
        Grow(length);
        Length += Encoding.UTF8.GetBytes(value, _buffer.AsSpan(Length));
    }

    /// <summary>Begins a nested message; what it returns goes to <see cref="End"/>.</summary>
    public int Begin()
    {
        Grow(1);
        return ++Length;
    }

    public void End(int start)
    {
        int length = Length - start;
        int more = 0; // bytes of the length beyond the one kept free
        for (int rest = length >> 7; rest > 0; rest >>= 7) more++;
        if (more > 0)
        {
            Grow(more);
            _buffer.AsSpan(start, length).CopyTo(_buffer.AsSpan(start + more));
        }
        Length = start - 1;
        Varint((ulong)length);
        Length += length;
    }

    private void Grow(int more)
    {
        if (Length + more > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + more));
    }
}
