using System.Buffers;

namespace GpuScheduler.Emulator;

/// <summary>A field found in a message: its value, or where its bytes are.</summary>
internal readonly record struct WireField(int Number, WireType Type, ulong Value, Range Range)
{
    public WireField(WireReader reader)
        : this(reader.Number, reader.Type, reader.Value, reader.Range)
    {
    }

    /// <summary>All fields of a message in the order of their numbers, those of one number as they stand; the array is of the shared pool.</summary>
    public static WireField[] AllOf(ReadOnlySpan<byte> message, out int count)
    {
        WireField[] fields = ArrayPool<WireField>.Shared.Rent(32);
        count = 0;
        bool isSorted = true;
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (count == fields.Length)
            {
                WireField[] larger = ArrayPool<WireField>.Shared.Rent(count * 2);
                fields.CopyTo(larger, 0);
                ArrayPool<WireField>.Shared.Return(fields);
                fields = larger;
            }
            isSorted &= count == 0 || fields[count - 1].Number <= reader.Number;
            fields[count++] = new WireField(reader);
        }
        if (!isSorted) fields.Take(count).OrderBy(f => f.Number).ToArray().CopyTo(fields, 0);
        return fields;
    }
}
