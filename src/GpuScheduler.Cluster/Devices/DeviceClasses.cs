using System.Collections.Immutable;
using System.Numerics;

namespace GpuScheduler.Cluster;

/// <summary>
/// Devices of a shape that can stand for each other: to swap two of a class changes no link and no place. All that matters of a set of devices is then how
/// many it has of each class, its <see cref="StateOf">state</see>: 81 states instead of 65,536 sets where 16 devices stand in two halves.
/// </summary>
internal sealed class DeviceClasses
{
    private readonly ushort[] _members;
    private readonly int[] _strides;

    // A state is a sum over devices, so it is looked up for eight devices at a time.
    private readonly ushort[] _low = new ushort[256];
    private readonly ushort[] _high = new ushort[256];
    private readonly bool _isTrivial;

    public DeviceClasses(DeviceShape shape)
    {
        List<ushort> members = [];
        for (int device = 0; device < shape.Count; device++)
        {
            int alike = members.FindIndex(m => AreAlike(shape, BitOperations.TrailingZeroCount(m), device));
            if (alike < 0)
            {
                members.Add((ushort)(1 << device));
            }
            else
            {
                members[alike] |= (ushort)(1 << device);
            }
        }

        _members = [.. members];
        _isTrivial = members.Count == shape.Count;
        _strides = new int[members.Count];
        Count = 1;
        for (int c = 0; c < _strides.Length; c++)
        {
            _strides[c] = Count;
            Count *= BitOperations.PopCount(_members[c]) + 1;
        }

        for (int set = 0; set < 256; set++)
        {
            _low[set] = (ushort)SumOf(set);
            _high[set] = (ushort)SumOf(set << 8);
        }
    }

    /// <summary>How many states there are, the empty one included.</summary>
    public int Count { get; }

    public int StateOf(int set) => _low[set & 0xFF] + _high[set >> 8];

    /// <summary>The set with the lowest devices of each class that is in <paramref name="state"/>.</summary>
    public int Representative(int state)
    {
        int set = 0;
        for (int c = _strides.Length - 1; c >= 0; c--)
        {
            set |= Lowest(_members[c], state / _strides[c]);
            state %= _strides[c];
        }

        return set;
    }

    /// <summary>As many devices of each class as <paramref name="set"/> has, the lowest of <paramref name="available"/>.</summary>
    public int Among(int available, int set)
    {
        if (_isTrivial)
        {
            return set;
        }

        int chosen = 0;
        foreach (ushort members in _members)
        {
            chosen |= Lowest(available & members, BitOperations.PopCount((uint)(set & members)));
        }

        return chosen;
    }

    private static int Lowest(int set, int count)
    {
        int rest = set;
        for (; count > 0; count--)
        {
            rest &= rest - 1;
        }

        return set & ~rest;
    }

    /// <summary>Being alike is transitive: two swaps with a third device make the swap of the two.</summary>
    private static bool AreAlike(DeviceShape shape, int a, int b)
    {
        for (int other = 0; other < shape.Count; other++)
        {
            if (other != a && other != b && shape.LinkBetween(a, other).GigabytesPerSecond != shape.LinkBetween(b, other).GigabytesPerSecond)
            {
                return false;
            }
        }

        (Device x, Device y) = (shape.Devices[a], shape.Devices[b]);
        return x.NumaNode == y.NumaNode && AreSamePlace(shape.Devices, x, y, d => d.PcieRoot) && AreSamePlace(shape.Devices, x, y, d => d.Nic);
    }

    /// <summary>Both at one place, or each alone at its own.</summary>
    private static bool AreSamePlace(ImmutableArray<Device> all, Device a, Device b, Func<Device, string> placeOf) =>
        placeOf(a) == placeOf(b)
        || (placeOf(a).Length > 0 && placeOf(b).Length > 0 && all.Count(d => placeOf(d) == placeOf(a) || placeOf(d) == placeOf(b)) == 2);

    private int SumOf(int set)
    {
        int sum = 0;
        for (int c = 0; c < _strides.Length; c++)
        {
            sum += BitOperations.PopCount((uint)(set & _members[c])) * _strides[c];
        }

        return sum;
    }
}
