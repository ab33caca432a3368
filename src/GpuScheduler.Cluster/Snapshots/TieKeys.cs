namespace GpuScheduler.Cluster;

/// <summary>Orders nodes of equal score: a choice that is fair between nodes, and the same in every run with the same seed.</summary>
public static class TieKeys
{
    /// <summary>A hash of the node's name and <paramref name="seed"/> (FNV-1a, then the finalizer of SplitMix64).</summary>
    public static Func<string, ulong> Seeded(ulong seed) => name =>
    {
        ulong hash = 14695981039346656037UL;
        foreach (char c in name)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return Mix(hash ^ Mix(seed));
    };

    /// <summary>The order of a list: what comes first in it wins; names it lacks come after, by their hash.</summary>
    public static Func<string, ulong> Listed(IReadOnlyDictionary<string, int> ranks)
    {
        Func<string, ulong> others = Seeded(0);
        return name => ranks.TryGetValue(name, out int rank) ? (ulong)rank : (1UL << 32) | (others(name) >> 1);
    }

    /// <summary>A bijective scramble of 64 bits.</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
