using System.Runtime.InteropServices;

namespace GpuScheduler.Cluster;

/// <summary>
/// What is placed on a block's nodes, column by column in one piece of memory: what a question about a class reads lies side by side, in the order in which
/// it is read, and a copy is one copy of memory. Columns by device are slot-major: device d of lane l is at d * 64 + l.
/// </summary>
internal readonly struct BlockColumns
{
    /// <summary>Cells of a column of <see cref="long"/>, of one of <see cref="int"/>, and of one of <see cref="short"/>.</summary>
    private const int Wide = Block.Size, Half = Wide / 2, Narrow = Wide / 4;

    private const int LargestAt = (Vocabulary.PodsId + 1) * Half, WholeAt = LargestAt + Narrow, TotalAt = WholeAt + Narrow;

    private const int AssumedFreeCpuAt = TotalAt + Narrow, AssumedFreeMemoryAt = AssumedFreeCpuAt + Wide, PartialAt = AssumedFreeMemoryAt + Wide;

    /// <summary>Length of the columns that are not by device, and of the columns of one device slot.</summary>
    private const int FixedLength = PartialAt + ((Vocabulary.PodsId + 1 + 3) * Wide), SlotLength = 4 * Narrow;

    private readonly long[] _cells;
    private readonly int _slots;

    /// <summary>Where the columns start that a question about a class does not read.</summary>
    private readonly int _requestedAt;

    /// <summary>Columns of zeros.</summary>
    /// <param name="slots">Devices a node, at most.</param>
    public BlockColumns(int slots)
        : this(new long[FixedLength + (slots * SlotLength)], slots)
    {
    }

    private BlockColumns(long[] cells, int slots) => (_cells, _slots, _requestedAt) = (cells, slots, PartialAt + (slots * Narrow));

    /// <inheritdoc cref="Block.NonZeroCpu"/>
    public Span<long> NonZeroCpu => _cells.AsSpan(NonZeroAt, Wide);

    /// <inheritdoc cref="Block.NonZeroMemory"/>
    public Span<long> NonZeroMemory => _cells.AsSpan(NonZeroAt + Wide, Wide);

    /// <inheritdoc cref="Block.AssumedFreeCpu"/>
    public Span<double> AssumedFreeCpu => MemoryMarshal.Cast<long, double>(_cells.AsSpan(AssumedFreeCpuAt, Wide));

    /// <inheritdoc cref="Block.AssumedFreeMemory"/>
    public Span<double> AssumedFreeMemory => MemoryMarshal.Cast<long, double>(_cells.AsSpan(AssumedFreeMemoryAt, Wide));

    /// <inheritdoc cref="Block.WholeFree"/>
    public Span<short> WholeFree => Shorts(WholeAt, 1);

    /// <inheritdoc cref="Block.LargestFree"/>
    public Span<short> LargestFree => Shorts(LargestAt, 1);

    /// <inheritdoc cref="Block.TotalFree"/>
    public Span<short> TotalFree => Shorts(TotalAt, 1);

    /// <inheritdoc cref="Block.PartialFree"/>
    public Span<short> PartialFree => Shorts(PartialAt, _slots);

    /// <inheritdoc cref="Block.FreeMilli"/>
    public Span<short> FreeMilli => Shorts(FreeMilliAt, _slots);

    /// <inheritdoc cref="Block.FreeMemory"/>
    public Span<int> FreeMemory => MemoryMarshal.Cast<long, int>(_cells.AsSpan(FreeMilliAt + (_slots * Narrow), _slots * Half));

    /// <inheritdoc cref="Block.NodeStamps"/>
    public Span<long> NodeStamps => _cells.AsSpan(NonZeroAt + (2 * Wide), Wide);

    private int NonZeroAt => _requestedAt + ((Vocabulary.PodsId + 1) * Wide);

    private int FreeMilliAt => NonZeroAt + (3 * Wide);

    /// <summary>True for the resources that nearly every pod requests; others have columns of their own where they are used at all.</summary>
    public static bool Holds(int resource) => resource <= Vocabulary.PodsId;

    /// <summary>What is requested of a resource that is held here.</summary>
    public Span<long> Requested(int resource) => _cells.AsSpan(_requestedAt + (resource * Wide), Wide);

    /// <inheritdoc cref="Block.FreeUnits"/>
    public Span<int> FreeUnits(int resource) => MemoryMarshal.Cast<long, int>(_cells.AsSpan(resource * Half, Half));

    public BlockColumns Copy() => new((long[])_cells.Clone(), _slots);

    private Span<short> Shorts(int at, int columns) => MemoryMarshal.Cast<long, short>(_cells.AsSpan(at, columns * Narrow));
}
