namespace GpuScheduler.Cluster;

/// <summary>On how many nodes each image is, cluster-wide. Never changes.</summary>
public sealed class ImageSpread
{
    public static readonly ImageSpread Empty = new([], 0);

    private readonly int[] _nodes;

    private ImageSpread(int[] nodes, long stamp)
    {
        _nodes = nodes;
        Stamp = stamp;
    }

    /// <summary>Identifies this content.</summary>
    public long Stamp { get; }

    /// <summary>Nodes that hold the image with this number.</summary>
    public int NodesWith(int image) => image < _nodes.Length ? _nodes[image] : 0;

    internal static ImageSpread Of(IEnumerable<Block> blocks, Vocabulary vocabulary, long stamp)
    {
        int[] nodes = new int[vocabulary.Images.Count];
        foreach (Block block in blocks)
        {
            foreach (ImageGroup group in block.Nodes.Images)
            {
                nodes[group.Image] += System.Numerics.BitOperations.PopCount(group.Lanes);
            }
        }

        return new ImageSpread(nodes, stamp);
    }
}
