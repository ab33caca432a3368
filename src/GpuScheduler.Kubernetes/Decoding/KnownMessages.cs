using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Messages of one shape, such as containers, that come again and again with differences in what nobody reads (the name of a token's volume): to compare one with the
/// one before is much quicker than to go through its fields. Bounded by the bytes it keeps: when full, it begins anew.
/// </summary>
internal sealed class KnownMessages(MessageShape shape, int maxBytes)
{
    /// <summary>By so many bytes at its beginning, and its length, a message finds the one that it may be like: a container's name and image are there.</summary>
    private const int Beginning = 64;

    private readonly Dictionary<ulong, KnownMessage> _byBeginning = [];
    private readonly List<(int Start, int End)> _skipped = [];
    private int _bytes;

    /// <summary>Adds of the message where <paramref name="fields"/> stands only what the shape has.</summary>
    /// <exception cref="InvalidDataException">It is no message.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void AddRead(in ProtobufWalker fields, ContentKey key)
    {
        ReadOnlySpan<byte> message = fields.Bytes;
        ulong beginning = ContentHash.Of(message[..Math.Min(message.Length, Beginning)]) + (ulong)message.Length;
        if (_byBeginning.TryGetValue(beginning, out KnownMessage? known) && known.IsLike(message))
        {
            key.Add(known.Key);
            return;
        }

        int start = key.Bytes.Length;
        _skipped.Clear();
        key.AddRead(fields, shape, _skipped);
        Keep(beginning, new KnownMessage(message, CollectionsMarshal.AsSpan(_skipped), key.Bytes[start..]));
    }

    /// <summary>In place of the one that is not like it.</summary>
    private void Keep(ulong beginning, KnownMessage message)
    {
        if (_bytes + message.Size > maxBytes)
        {
            _byBeginning.Clear();
            _bytes = 0;
        }

        _bytes += message.Size - (_byBeginning.TryGetValue(beginning, out KnownMessage? before) ? before.Size : 0);
        _byBeginning[beginning] = message;
    }
}
