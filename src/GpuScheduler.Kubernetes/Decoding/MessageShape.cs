using System.Text;

namespace GpuScheduler.Kubernetes;

/// <summary>The fields of a protobuf message that anybody reads.</summary>
internal sealed class MessageShape
{
    private readonly MessageField?[] _byNumber;
    private readonly (byte[] Name, MessageField Field)[] _byName;
    private readonly (int Number, MessageShape Shape)[] _inlined;

    public MessageShape(params ReadOnlySpan<MessageField> fields)
    {
        int last = 0;
        foreach (MessageField field in fields)
        {
            last = Math.Max(last, field.Number);
        }

        _byNumber = new MessageField?[last + 1];
        foreach (MessageField field in fields)
        {
            _byNumber[field.Number] = field.Within == 0 ? field : _byNumber[field.Number];
        }

        MessageField[] all = fields.ToArray();
        _byName = [.. all.Select(f => (Encoding.UTF8.GetBytes(f.Name), f))];
        _inlined = [.. all.Where(f => f.Within > 0).GroupBy(f => f.Within).Select(g => (g.Key, new MessageShape([.. g.Select(f => f with { Within = 0 })])))];
    }

    /// <summary>The field, or null where nobody reads it.</summary>
    public MessageField? Find(int number) => (uint)number < (uint)_byNumber.Length ? _byNumber[number] : null;

    /// <summary>The fields within a message that JSON does not have; null where nobody reads them.</summary>
    public MessageShape? Inlined(int number)
    {
        foreach ((int known, MessageShape shape) in _inlined)
        {
            if (known == number)
            {
                return shape;
            }
        }

        return null;
    }

    /// <summary>The field of this name in JSON, or null where nobody reads it.</summary>
    public MessageField? Find(ReadOnlySpan<byte> name)
    {
        foreach ((byte[] known, MessageField field) in _byName)
        {
            if (name.SequenceEqual(known))
            {
                return field;
            }
        }

        return null;
    }
}
