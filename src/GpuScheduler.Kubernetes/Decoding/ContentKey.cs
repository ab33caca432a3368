using System.Buffers;
using System.Buffers.Binary;

namespace GpuScheduler.Kubernetes;

/// <summary>Fields of a message, one after the other, such that different fields never make the same bytes.</summary>
internal sealed class ContentKey
{
    private const int End = -1;
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public void Clear() => _bytes.ResetWrittenCount();

    /// <summary>Adds the field where <paramref name="fields"/> stands.</summary>
    public void Add(in ProtobufWalker fields)
    {
        const int Header = 3 * sizeof(int);
        Span<byte> to = _bytes.GetSpan(Header + sizeof(ulong) + fields.Bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(to, fields.Field);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], fields.WireType);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], fields.Bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(to[Header..], fields.Number);
        fields.Bytes.CopyTo(to[(Header + sizeof(ulong))..]);
        _bytes.Advance(Header + sizeof(ulong) + fields.Bytes.Length);
    }

    /// <summary>Adds of the message where <paramref name="fields"/> stands only what its shape has.</summary>
    public void AddRead(in ProtobufWalker fields, MessageShape shape)
    {
        Mark(fields.Field);
        for (ProtobufWalker part = new(fields.Bytes); part.MoveNext();)
        {
            if (shape.Find(part.Field) is not null)
            {
                Add(part);
            }
        }

        Mark(End);
    }

    private void Mark(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), value);
        _bytes.Advance(sizeof(int));
    }
}
