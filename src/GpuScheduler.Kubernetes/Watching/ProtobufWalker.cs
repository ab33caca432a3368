using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace GpuScheduler.Kubernetes;

/// <summary>Goes through the fields of one protobuf message without copying. It keeps where a field is; what is in it is read when it is asked for.</summary>
internal ref struct ProtobufWalker(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _start;
    private int _content;
    private int _at;
    private ulong _tag;

    /// <summary>How many bytes of the message are behind it.</summary>
    public readonly int Position => _at;

    /// <summary>The field that stands here with its tag, as it is written.</summary>
    public readonly ReadOnlySpan<byte> Raw => _message[_start.._at];

    /// <summary>Number of the field that stands here.</summary>
    public readonly int Field => (int)(_tag >> 3);

    /// <summary>How it is written: 0 and 5 and 1 are numbers, 2 has a length.</summary>
    public readonly int WireType => (int)(_tag & 7);

    /// <summary>Its content, where it has a length; else empty.</summary>
    public readonly ReadOnlySpan<byte> Bytes => WireType == 2 ? _message[_content.._at] : default;

    /// <summary>Its value, where it is a number; else 0.</summary>
    public readonly ulong Number
    {
        get
        {
            int at = _content;
            return WireType switch
            {
                0 => Varint(ref at),
                1 => BinaryPrimitives.ReadUInt64LittleEndian(_message[at..]),
                5 => BinaryPrimitives.ReadUInt32LittleEndian(_message[at..]),
                _ => 0,
            };
        }
    }

    /// <summary>Goes to the next field; false: that was the last.</summary>
    /// <exception cref="InvalidDataException">This is no message.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext()
    {
        int at = _at;
        if (at >= _message.Length)
        {
            return false;
        }

        _start = at;
        ulong tag = Varint(ref at);
        _tag = tag;
        ulong length;
        if ((tag & 7) == 2)
        {
            length = Varint(ref at);
            _content = at;
        }
        else
        {
            _content = at;
            length = NumberLength(at);
        }

        if (length > (ulong)(_message.Length - at))
        {
            ThrowCutOff(at);
        }

        _at = at + (int)length;
        return true;
    }

    /// <summary>How many bytes the number at a place has.</summary>
    private readonly ulong NumberLength(int at)
    {
        switch (WireType)
        {
            case 0:
                int end = at;
                Varint(ref end);
                return (ulong)(end - at);
            case 1:
                return 8;
            case 5:
                return 4;
            default:
                throw new InvalidDataException($"protobuf: wire type {WireType} of field {Field}");
        }
    }

    /// <summary>The number at a place; moves the place behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ulong Varint(ref int at)
    {
        // Nearly all tags and lengths are of one byte or two.
        ReadOnlySpan<byte> message = _message;
        if ((uint)at < (uint)message.Length)
        {
            uint first = message[at];
            if (first < 0x80)
            {
                at++;
                return first;
            }

            if ((uint)(at + 1) < (uint)message.Length && message[at + 1] < 0x80)
            {
                uint second = message[at + 1];
                at += 2;
                return (first & 0x7f) | (second << 7);
            }
        }

        return LongVarint(ref at);
    }

    private readonly ulong LongVarint(ref int at)
    {
        ulong value = 0;
        for (int shift = 0; at < _message.Length && shift < 70; shift += 7)
        {
            byte part = _message[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("protobuf: a number is cut off");
    }

    [DoesNotReturn]
    private void ThrowCutOff(int at)
    {
        _at = at;
        throw new InvalidDataException($"protobuf: field {Field} is cut off");
    }
}
