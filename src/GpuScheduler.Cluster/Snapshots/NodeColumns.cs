using System.Runtime.InteropServices;

namespace GpuScheduler.Cluster;

/// <summary>The numbers of a block's nodes, column by column in one piece of memory, as <see cref="BlockColumns"/> are.</summary>
internal readonly struct NodeColumns
{
    private const int AllocatableAt = (Vocabulary.MemoryId + 1) * Block.Size, TieKeysAt = AllocatableAt + ((Vocabulary.PodsId + 1) * Block.Size);

    private readonly long[] _cells = new long[TieKeysAt + Block.Size];

    public NodeColumns()
    {
    }

    /// <inheritdoc cref="BlockNodes.TieKeys"/>
    public Span<ulong> TieKeys => MemoryMarshal.Cast<long, ulong>(_cells.AsSpan(TieKeysAt, Block.Size));

    /// <summary>True for the resources whose amounts are here.</summary>
    public static bool HoldsAmount(int resource) => resource <= Vocabulary.PodsId;

    /// <summary>True for the resources whose <see cref="Percent"/> is here.</summary>
    public static bool HoldsPercent(int resource) => resource <= Vocabulary.MemoryId;

    /// <inheritdoc cref="BlockNodes.Allocatable"/>
    public Span<long> Allocatable(int resource) => _cells.AsSpan(AllocatableAt + (resource * Block.Size), Block.Size);

    /// <inheritdoc cref="BlockNodes.PercentPerUnit"/>
    public Span<double> Percent(int resource) => MemoryMarshal.Cast<long, double>(_cells.AsSpan(resource * Block.Size, Block.Size));
}
