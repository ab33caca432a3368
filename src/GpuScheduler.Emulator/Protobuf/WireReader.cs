namespace GpuScheduler.Emulator;

/// <summary>Walks the fields of a protobuf message.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    public int Number { get; private set; }

    public WireType Type { get; private set; }

    /// <summary>The value of a <see cref="WireType.Varint"/>.</summary>
    public ulong Value { get; private set; }

    /// <summary>Where the bytes of a <see cref="WireType.Bytes"/> are in the message.</summary>
    public Range Range { get; private set; }

    public readonly ReadOnlySpan<byte> Bytes => _message[Range];

    /// <summary>The next field; false at the end.</summary>
    /// <exception cref="TranscodingException">The message is broken.</exception>
    public bool Next()
    {
        if (_position == _message.Length) return false;
        ulong tag = Varint();
        Number = tag >> 3 is > 0 and <= 0x1FFF_FFFF ? (int)(tag >> 3) : throw Broken("a field's number is out of range");
        Type = (WireType)(tag & 7);
        int length = 0;
        Value = 0;
        switch (Type)
        {
            case WireType.Varint:
                Value = Varint();
                break;
            case WireType.Bytes:
                ulong bytes = Varint();
                length = bytes <= (ulong)(_message.Length - _position) ? (int)bytes : throw Broken("a field is longer than what is left");
                break;
            case WireType.Fixed32:
            case WireType.Fixed64:
                length = Type == WireType.Fixed32 ? 4 : 8;
                if (length > _message.Length - _position) throw Broken("a field is longer than what is left");
                break;
            default:
                throw Broken($"wire type {tag & 7} is not in use");
        }
        Range = new Range(_position, _position + length);
        _position += length;
        return true;
    }

    /// <summary>One varint at the place read, as in packed lists.</summary>
    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (_position == _message.Length) throw Broken("it ends inside a number");
            byte next = _message[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw Broken("a number has more than ten bytes");
    }

    public readonly bool AtEnd => _position == _message.Length;

    private readonly TranscodingException Broken(string what) => new($"broken protobuf at byte {_position}: {what}");
}
