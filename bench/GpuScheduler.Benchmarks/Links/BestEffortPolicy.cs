using System.Numerics;
using GpuScheduler.Cluster;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// The best-effort policy of NVIDIA's go-gpuallocator, by which NVIDIA's device plugin picks whole GPUs: of all ways to divide the free devices into sets of the size
/// asked for, the one whose pairs score most together; and in it the set that scores most. Written from its description (github.com/NVIDIA/go-gpuallocator,
/// gpuallocator/besteffort_policy.go), with its scores: 100 a lane, 10 to 50 for the way over PCIe. The first found wins ties.
/// </summary>
/// <remarks>It does not see lanes through switches, and neither does this.</remarks>
internal sealed class BestEffortPolicy
{
    private readonly int[] _scores;
    private readonly int _count;
    private readonly Dictionary<(int Free, int Size), int> _known = [];

    public BestEffortPolicy(DeviceShape shape)
    {
        _count = shape.Count;
        _scores = new int[_count * _count];
        for (int i = 0; i < _scores.Length; i++)
        {
            _scores[i] = i / _count == i % _count ? 0 : Score(shape, i / _count, i % _count);
        }
    }

    /// <summary>The devices to give, or none where too few are free.</summary>
    public DeviceSet Best(DeviceSet free, int size)
    {
        if (free.Count < size)
        {
            return DeviceSet.Empty;
        }

        if (size == 1)
        {
            // All score nothing: the first.
            return new DeviceSet((ushort)(free.Bits & -free.Bits));
        }

        if (!_known.TryGetValue((free.Bits, size), out int best))
        {
            _known[(free.Bits, size)] = best = Find(free.Bits, size);
        }

        return new DeviceSet((ushort)best);
    }

    private static int Score(DeviceShape shape, int a, int b)
    {
        Link link = shape.LinkBetween(a, b);
        (Device x, Device y) = (shape.Devices[a], shape.Devices[b]);
        int lanes = link.Kind == LinkKind.NvLink ? link.GigabytesPerSecond / LinkSpeeds.NvLink(x.Model, 1) : 0;
        int pcie = link.Kind switch
        {
            LinkKind.PcieSwitch => 50,
            LinkKind.PcieSwitches => 40,
            LinkKind.HostBridge => 30,
            LinkKind.SameNuma => 20,
            LinkKind.CrossSocket => 10,
            _ => x.PcieRoot.Length > 0 && x.PcieRoot == y.PcieRoot ? 50 : x.NumaNode == y.NumaNode ? 30 : 10,
        };
        return (100 * lanes) + pcie;
    }

    private int Find(int free, int size)
    {
        List<int> sets = [], best = [];
        int bestScore = -1;
        Divide(free, (size - (BitOperations.PopCount((uint)free) % size)) % size);
        return best.Where(s => BitOperations.PopCount((uint)s) == size).Aggregate((a, b) => ScoreOf(b) > ScoreOf(a) ? b : a);

        // The set that is too small has all the padding.
        void Divide(int left, int padding)
        {
            if (left == 0)
            {
                int score = sets.Sum(ScoreOf);
                if (score > bestScore)
                {
                    bestScore = score;
                    best = [.. sets];
                }

                return;
            }

            int first = left & -left, others = left & ~first;
            foreach (int members in padding > 0 ? (int[])[size, size - padding] : [size])
            {
                foreach (int set in SetsOf(others, members - 1))
                {
                    sets.Add(set | first);
                    Divide(others & ~set, members == size ? padding : 0);
                    sets.RemoveAt(sets.Count - 1);
                }
            }
        }
    }

    /// <summary>In the order in which nested loops over devices find them.</summary>
    private static IEnumerable<int> SetsOf(int of, int size)
    {
        if (size == 0)
        {
            yield return 0;
            yield break;
        }

        for (int left = of; left != 0; left &= left - 1)
        {
            int first = left & -left;
            foreach (int rest in SetsOf(left & ~first, size - 1))
            {
                yield return first | rest;
            }
        }
    }

    private int ScoreOf(int set)
    {
        int score = 0;
        foreach (int a in new Lanes((ulong)set))
        {
            foreach (int b in new Lanes((ulong)(set & ((1 << a) - 1))))
            {
                score += _scores[(a * _count) + b];
            }
        }

        return score;
    }
}
