using System.Numerics;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>The room that a pod class needs on a node: in 32 bits what is whole in <see cref="ResourceUnits"/>, as nearly all requests are, and the rest as it is.</summary>
internal sealed class RoomNeeds
{
    /// <summary>Up to so many nodes are asked one by one: less than a vector pass over all 64.</summary>
    private const int FewLanes = 6;

    /// <summary>Where nothing is asked for: any amount will do, also less than none.</summary>
    private const int Nothing = int.MinValue;

    private readonly int _cpu = Nothing, _memory = Nothing;
    private readonly ResourceRequest[] _others;

    public RoomNeeds(ResourceRequest[] requests)
    {
        Requests = requests;
        List<ResourceRequest> others = [];
        foreach (ResourceRequest request in requests)
        {
            switch (request.Resource)
            {
                case Vocabulary.CpuId when ResourceUnits.TryOf(Vocabulary.CpuId, request.Amount, out int units):
                    _cpu = units;
                    break;
                case Vocabulary.MemoryId when ResourceUnits.TryOf(Vocabulary.MemoryId, request.Amount, out int units):
                    _memory = units;
                    break;
                default:
                    others.Add(request);
                    break;
            }
        }

        _others = [.. others];
    }

    /// <summary>All of it, but the place for one more pod.</summary>
    public ResourceRequest[] Requests { get; }

    /// <summary>Those of <paramref name="lanes"/> that have the room.</summary>
    public ulong Filter(Block block, ulong lanes)
    {
        ReadOnlySpan<int> pods = block.FreeUnits(Vocabulary.PodsId), cpu = block.FreeUnits(Vocabulary.CpuId), memory = block.FreeUnits(Vocabulary.MemoryId);
        if (BitOperations.PopCount(lanes) > FewLanes)
        {
            lanes &= ColumnMask.AtLeast(pods, 1, cpu, _cpu, memory, _memory);
        }
        else
        {
            foreach (int lane in new Lanes(lanes))
            {
                lanes &= pods[lane] >= 1 && cpu[lane] >= _cpu && memory[lane] >= _memory ? ulong.MaxValue : ~(1UL << lane);
            }
        }

        foreach (ref readonly ResourceRequest request in _others.AsSpan())
        {
            if (lanes == 0)
            {
                break;
            }

            lanes &= ColumnMask.HasRoom(block.Nodes.Allocatable(request.Resource), block.Requested(request.Resource), request.Amount);
        }

        return lanes;
    }
}
