using System.Diagnostics.CodeAnalysis;

namespace GpuScheduler.Kubernetes;

/// <summary>Values by the very bytes that they were made of. Bounded: when full, it begins anew.</summary>
internal sealed class ContentCache<T>(int maxCount, int maxKeyLength)
    where T : class
{
    private readonly Dictionary<int, (byte[] Key, T Value)> _byHash = [];

    public int Count => _byHash.Count;

    public bool TryGet(ReadOnlySpan<byte> key, [NotNullWhen(true)] out T? value)
    {
        bool isFound = _byHash.TryGetValue(HashOf(key), out (byte[] Key, T Value) entry) && key.SequenceEqual(entry.Key);
        value = isFound ? entry.Value : null;
        return isFound;
    }

    /// <summary>Keeps it, in place of another one with the same hash.</summary>
    public void Set(ReadOnlySpan<byte> key, T value)
    {
        if (key.Length > maxKeyLength)
        {
            return;
        }

        if (_byHash.Count >= maxCount)
        {
            _byHash.Clear();
        }

        _byHash[HashOf(key)] = (key.ToArray(), value);
    }

    private static int HashOf(ReadOnlySpan<byte> key)
    {
        HashCode hash = default;
        hash.AddBytes(key);
        return hash.ToHashCode();
    }
}
