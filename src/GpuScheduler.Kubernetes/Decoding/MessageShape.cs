using System.Text;

namespace GpuScheduler.Kubernetes;

/// <summary>The fields of a protobuf message that anybody reads.</summary>
internal sealed class MessageShape
{
    private readonly MessageField?[] _byNumber;
    private readonly (byte[] Name, MessageField Field)[] _byName;

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
            _byNumber[field.Number] = field;
        }

        _byName = [.. fields.ToArray().Select(f => (Encoding.UTF8.GetBytes(f.Name), f))];
    }

    /// <summary>The field, or null where nobody reads it.</summary>
    public MessageField? Find(int number) => (uint)number < (uint)_byNumber.Length ? _byNumber[number] : null;

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
