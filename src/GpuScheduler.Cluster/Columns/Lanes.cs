using System.Numerics;

namespace GpuScheduler.Cluster;

/// <summary>Walks the lanes of a mask: <c>foreach (int lane in new Lanes(mask))</c>, lowest first, without allocating.</summary>
public ref struct Lanes(ulong mask)
{
    private ulong _left = mask;

    public int Current { get; private set; }

    public readonly Lanes GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }

        Current = BitOperations.TrailingZeroCount(_left);
        _left &= _left - 1;
        return true;
    }
}
