using System.Diagnostics.CodeAnalysis;

namespace GpuScheduler.Kubernetes;

/// <summary>Values by the very bytes that they were made of. Bounded by the bytes it keeps: when full, it begins anew.</summary>
internal sealed class ContentCache<T>(int maxBytes)
    where T : class
{
    private readonly Dictionary<ulong, (byte[] Key, T Value)> _byHash = [];
    private int _bytes;

    public bool TryGet(ReadOnlySpan<byte> key, [NotNullWhen(true)] out T? value)
    {
        bool isFound = _byHash.TryGetValue(ContentHash.Of(key), out (byte[] Key, T Value) entry) && key.SequenceEqual(entry.Key);
        value = isFound ? entry.Value : null;
        return isFound;
    }

    /// <summary>Keeps it, in place of another one with the same hash.</summary>
    public void Set(ReadOnlySpan<byte> key, T value)
    {
        if (key.Length > maxBytes - _bytes)
        {
            _byHash.Clear();
            _bytes = 0;
        }

        if (key.Length <= maxBytes)
        {
            _byHash[ContentHash.Of(key)] = (key.ToArray(), value);
            _bytes += key.Length;
        }
    }
}
