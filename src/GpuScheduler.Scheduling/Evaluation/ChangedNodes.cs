using System.Runtime.InteropServices;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>The nodes that a class has to be asked about again, block by block. All classes of an evaluator use one in turn.</summary>
internal sealed class ChangedNodes
{
    private readonly List<int> _blocks = [];

    /// <summary>Lanes by block; none outside <see cref="Blocks"/>.</summary>
    private ulong[] _lanes = [];

    /// <summary>Blocks with nodes to ask about, each once.</summary>
    public List<int> Blocks => _blocks;

    /// <summary>Those of the block's lanes.</summary>
    public ulong LanesOf(int block) => _lanes[block];

    /// <summary>Starts over, for a cluster of so many blocks.</summary>
    public void Reset(int blocks)
    {
        foreach (int block in _blocks)
        {
            _lanes[block] = 0;
        }

        _blocks.Clear();
        if (_lanes.Length < blocks)
        {
            _lanes = new ulong[blocks];
        }
    }

    /// <summary>Adds all nodes of all blocks, where none was added yet.</summary>
    public void AddAll(int blocks)
    {
        _lanes.AsSpan(0, blocks).Fill(ulong.MaxValue);
        CollectionsMarshal.SetCount(_blocks, blocks);
        Span<int> all = CollectionsMarshal.AsSpan(_blocks);
        for (int b = 0; b < blocks; b++)
        {
            all[b] = b;
        }
    }

    /// <summary>Adds the nodes that the log names from change number <paramref name="from"/> on.</summary>
    public void AddLogged(ChangeLog log, long from)
    {
        for (long change = from; change < log.Count; change++)
        {
            int node = log[change];
            Add(node / Block.Size, 1UL << node);
        }
    }

    /// <summary>Adds the other nodes of a block that is here already. Any thread, one a block.</summary>
    public void AddWhole(int block) => _lanes[block] = ulong.MaxValue;

    public void Add(int block, ulong lanes)
    {
        ref ulong all = ref _lanes[block];
        if (all == 0)
        {
            _blocks.Add(block);
        }

        all |= lanes;
    }
}
