using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace GpuScheduler.Kubernetes;

/// <summary>Goes through the fields of one protobuf message without copying.</summary>
internal ref struct ProtobufWalker(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;
    private int _start;

    /// <summary>How many bytes of the message are behind it.</summary>
    public readonly int Position => _at;

    /// <summary>The field that stands here with its tag, as it is written.</summary>
    public readonly ReadOnlySpan<byte> Raw => _message[_start.._at];

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
        if (_at >= _message.Length)
        {
            return false;
        }

        _start = _at;
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
                throw WrongWireType();
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Cut(ulong length)
    {
        if (length > (ulong)(_message.Length - _at))
        {
            ThrowCutOff();
        }

        ReadOnlySpan<byte> cut = _message.Slice(_at, (int)length);
        _at += (int)length;
        return cut;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Varint()
    {
        // Nearly all tags and lengths are of one byte.
        int at = _at;
        if ((uint)at < (uint)_message.Length && _message[at] < 0x80)
        {
            _at = at + 1;
            return _message[at];
        }

        return LongVarint();
    }

    private ulong LongVarint()
    {
        ulong value = 0;
        for (int shift = 0; _at < _message.Length && shift < 70; shift += 7)
        {
            byte part = _message[_at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("protobuf: a number is cut off");
    }

    private readonly InvalidDataException WrongWireType() => new($"protobuf: wire type {WireType} of field {Field}");

    [DoesNotReturn]
    private readonly void ThrowCutOff() => throw new InvalidDataException($"protobuf: field {Field} is cut off");
}
