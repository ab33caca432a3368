using System.Buffers.Binary;

namespace GpuScheduler.Kubernetes;

/// <summary>Goes through the fields of one protobuf message without copying.</summary>
internal ref struct ProtobufWalker(ReadOnlySpan<byte> message)
{
    private readonly int _length = message.Length;
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>How many bytes of the message are behind it.</summary>
    public readonly int Position => _length - _rest.Length;

    /// <summary>Number of the field that stands here.</summary>
    public int Field { get; private set; }

    /// <summary>How it is written: 0 and 5 and 1 are numbers, 2 has a length.</summary>
    public int WireType { get; private set; }

    /// <summary>Its content, where it has a length; else empty.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Its value, where it is a number; else 0.</summary>
    public ulong Number { get; private set; }

    /// <summary>Goes to the next field; false: that was the last.</summary>
    /// <exception cref="InvalidDataException">This is no message.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong tag = Varint();
        Field = (int)(tag >> 3);
        WireType = (int)(tag & 7);
        Bytes = default;
        Number = 0;
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Cut(8));
                break;
            case 2:
                Bytes = Cut(Varint());
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Cut(4));
                break;
            default:
                throw new InvalidDataException($"protobuf: wire type {tag & 7} of field {Field}");
        }

        return true;
    }

    private ReadOnlySpan<byte> Cut(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw new InvalidDataException($"protobuf: field {Field} is cut off");
        }

        ReadOnlySpan<byte> cut = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return cut;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int i = 0; i < _rest.Length && i < 10; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("protobuf: a number is cut off");
    }
}
