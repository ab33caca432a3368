namespace GpuScheduler.Kubernetes;

/// <summary>
/// Fields of a message, one after the other, such that different fields never make the same bytes: each as it is written, and around what is
/// taken of a message within its number and a 0, which no field begins with.
/// </summary>
internal sealed class ContentKey
{
    private byte[] _bytes = new byte[4096];
    private int _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    /// <summary>Adds the field where <paramref name="fields"/> stands.</summary>
    public void Add(in ProtobufWalker fields) => Add(fields.Raw);

    /// <summary>Adds what was added once before.</summary>
    public void Add(ReadOnlySpan<byte> added)
    {
        added.CopyTo(Space(added.Length));
        _length += added.Length;
    }

    /// <summary>Adds of the message where <paramref name="fields"/> stands only what its shape has; tells which contents it <paramref name="skipped"/>.</summary>
    public void AddRead(in ProtobufWalker fields, MessageShape shape, List<(int Start, int End)>? skipped = null)
    {
        Mark((byte)fields.Field);
        for (ProtobufWalker part = new(fields.Bytes); part.MoveNext();)
        {
            if (shape.Find(part.Field) is not null)
            {
                Add(part);
            }
            else if (part.WireType == 2)
            {
                skipped?.Add((part.Position - part.Bytes.Length, part.Position));
            }
        }

        Mark(0);
    }

    private void Mark(byte value)
    {
        Space(1)[0] = value;
        _length++;
    }

    private Span<byte> Space(int length)
    {
        if (length > _bytes.Length - _length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        }

        return _bytes.AsSpan(_length);
    }
}
