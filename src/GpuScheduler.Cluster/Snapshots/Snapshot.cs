namespace GpuScheduler.Cluster;

/// <summary>
/// The cluster at one instant. It never changes, so any thread may read it without a lock for as long as it likes;
/// what has not changed since the snapshot before is shared with it.
/// </summary>
public sealed class Snapshot : ClusterView
{
    private readonly Block[] _blocks;
    private readonly long[] _stamps;

    internal Snapshot(Vocabulary vocabulary, long revision, Block[] blocks, long[] stamps, NodeDirectory directory, ImageSpread images)
        : base(vocabulary)
    {
        Revision = revision;
        _blocks = blocks;
        _stamps = stamps;
        Directory = directory;
        Images = images;
    }

    /// <summary>Counts publications, from 0.</summary>
    public long Revision { get; }

    public override ReadOnlySpan<Block> Blocks => _blocks;

    public override ReadOnlySpan<long> Stamps => _stamps;

    public override NodeDirectory Directory { get; }

    public override ImageSpread Images { get; }

    internal Block[] BlockArray => _blocks;

    internal long[] StampArray => _stamps;
}
