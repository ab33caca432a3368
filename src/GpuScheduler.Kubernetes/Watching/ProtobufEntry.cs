namespace GpuScheduler.Kubernetes;

/// <summary>An entry of a map of texts: fields 1 and 2 of its message.</summary>
internal readonly ref struct ProtobufEntry
{
    private const byte KeyTag = 1 << 3 | 2;
    private const byte ValueTag = 2 << 3 | 2;

    /// <summary>Empty where it has none.</summary>
    public ReadOnlySpan<byte> Key { get; private init; }

    /// <summary>Empty where it has none.</summary>
    public ReadOnlySpan<byte> Value { get; private init; }

    /// <exception cref="InvalidDataException">This is no message.</exception>
    public static ProtobufEntry Of(ReadOnlySpan<byte> message)
    {
        // Nearly all are the key and then the value, both with a length of one byte.
        if (message.Length >= 4 && message[0] == KeyTag && message[1] < 0x80)
        {
            int value = message[1] + 4;
            if (value <= message.Length && message[value - 2] == ValueTag && message[value - 1] < 0x80 && message[value - 1] == message.Length - value)
            {
                return new ProtobufEntry { Key = message[2..(value - 2)], Value = message[value..] };
            }
        }

        ReadOnlySpan<byte> found = default;
        ReadOnlySpan<byte> said = default;
        for (ProtobufWalker fields = new(message); fields.MoveNext();)
        {
            found = fields.Field == 1 ? fields.Bytes : found;
            said = fields.Field == 2 ? fields.Bytes : said;
        }

        return new ProtobufEntry { Key = found, Value = said };
    }
}
