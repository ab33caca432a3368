using System.Buffers;
using System.Buffers.Binary;

namespace GpuScheduler.Kubernetes;

/// <summary>One event of a watch, still as bytes.</summary>
internal readonly ref struct WatchFrame(WatchEventType type, ReadOnlySpan<byte> value)
{
    /// <summary>Longest frame: well above what etcd lets an object have.</summary>
    public const int MaxLength = 64 << 20;

    /// <summary>Annotation of the bookmark that ends a streaming list.</summary>
    public static ReadOnlySpan<byte> InitialEventsEnd => "k8s.io/initial-events-end"u8;

    public WatchEventType Type { get; } = type;

    /// <summary>A JSON object, or a bare protobuf message.</summary>
    public ReadOnlySpan<byte> Object { get; } = value;

    /// <exception cref="InvalidDataException">No such type.</exception>
    public static WatchEventType TypeOf(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("MODIFIED"u8) => WatchEventType.Modified,
        _ when name.SequenceEqual("ADDED"u8) => WatchEventType.Added,
        _ when name.SequenceEqual("DELETED"u8) => WatchEventType.Deleted,
        _ when name.SequenceEqual("BOOKMARK"u8) => WatchEventType.Bookmark,
        _ when name.SequenceEqual("ERROR"u8) => WatchEventType.Error,
        _ => throw new InvalidDataException("an event without a known type"),
    };

    /// <summary>Takes the next whole frame off the front of what has come: a length and so many bytes, or a line; false: wait for more.</summary>
    /// <exception cref="InvalidDataException">It would be longer than <see cref="MaxLength"/>.</exception>
    public static bool TryCut(ref ReadOnlySequence<byte> received, bool isProtobuf, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (isProtobuf)
        {
            if (received.Length < sizeof(uint))
            {
                return false;
            }

            Span<byte> prefix = stackalloc byte[sizeof(uint)];
            received.Slice(0, sizeof(uint)).CopyTo(prefix);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix);
            CheckLength(length);
            if (received.Length < sizeof(uint) + length)
            {
                return false;
            }

            frame = received.Slice(sizeof(uint), length);
            received = received.Slice(frame.End);
            return true;
        }

        if (received.PositionOf((byte)'\n') is not { } end)
        {
            CheckLength(received.Length);
            return false;
        }

        frame = received.Slice(0, end);
        received = received.Slice(received.GetPosition(1, end));
        return true;
    }

    private static void CheckLength(long length)
    {
        if (length > MaxLength)
        {
            throw new InvalidDataException($"an event of {length} bytes; at most {MaxLength} are believed");
        }
    }
}
