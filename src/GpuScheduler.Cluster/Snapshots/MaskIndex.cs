using System.Numerics;

namespace GpuScheduler.Cluster;

/// <summary>From a small number (a label, a label key) to the lanes of a block that have it. Open addressing, never changed once built.</summary>
internal sealed class MaskIndex
{
    private readonly int[] _keys;
    private readonly ulong[] _masks;
    private readonly int _wrap;

    public MaskIndex(Dictionary<int, ulong> masks)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, masks.Count * 2));
        _keys = new int[size];
        _masks = new ulong[size];
        _wrap = size - 1;
        Array.Fill(_keys, -1);
        foreach ((int key, ulong mask) in masks)
        {
            int at = Slot(key);
            while (_keys[at] >= 0)
            {
                at = (at + 1) & _wrap;
            }

            _keys[at] = key;
            _masks[at] = mask;
        }
    }

    /// <summary>The lanes that have <paramref name="key"/>; none where nobody has it.</summary>
    public ulong this[int key]
    {
        get
        {
            for (int at = Slot(key); ; at = (at + 1) & _wrap)
            {
                if (_keys[at] == key)
                {
                    return _masks[at];
                }

                if (_keys[at] < 0)
                {
                    return 0;
                }
            }
        }
    }

    private int Slot(int key) => (int)((uint)key * 2654435769u >> 8) & _wrap;
}
