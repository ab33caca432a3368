namespace GpuScheduler.Kubernetes;

/// <summary>The fields of a protobuf message that anybody reads.</summary>
internal sealed class MessageShape
{
    private readonly MessageField?[] _byNumber;

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
    }

    /// <summary>The field, or null where nobody reads it.</summary>
    public MessageField? Find(int number) => (uint)number < (uint)_byNumber.Length ? _byNumber[number] : null;
}
