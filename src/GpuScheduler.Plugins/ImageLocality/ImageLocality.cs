using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Prefers nodes that hold the pod's images already; an image that is on few nodes counts less, so that pods do not heat up those.</summary>
public sealed class ImageLocality : IPreScorePlugin, IScorePlugin
{
    private const long MiB = 1024 * 1024, Least = 23 * MiB, MostPerContainer = 1000 * MiB;

    public string Name => "ImageLocality";

    public Reads ScoreReads => Reads.Nodes | Reads.Images;

    /// <summary>Containers that name no image, as those of traces, are on no node.</summary>
    public PreScoreResult PreScore(PodClass pod, Vocabulary vocabulary) => Containers(pod).All(c => c.Image.Length == 0)
        ? PreScoreResult.Skip
        : PreScoreResult.With(ImagesOf(pod, vocabulary));

    public void Score(in PluginContext context, Block block, ulong lanes, Span<int> scores)
    {
        scores[..Block.Size].Clear();
        if (block.Nodes.Images.IsEmpty)
        {
            return;
        }

        Span<long> sizes = stackalloc long[Block.Size];
        sizes.Clear();
        int[] images = context.State as int[] ?? ImagesOf(context.Pod, context.Cluster.Vocabulary);
        ulong holders = 0;
        foreach (int image in images)
        {
            holders |= AddSizes(context.Cluster, block.Nodes.Images, image, lanes, sizes);
        }

        long most = MostPerContainer * images.Length;
        foreach (int lane in new Lanes(holders))
        {
            scores[lane] = (int)(IScorePlugin.MaxNodeScore * (Math.Clamp(sizes[lane], Least, most) - Least) / (most - Least));
        }
    }

    private static ulong AddSizes(ClusterView cluster, ImmutableArray<ImageGroup> groups, int image, ulong lanes, Span<long> sizes)
    {
        ulong holders = 0;
        double spread = (double)cluster.Images.NodesWith(image) / cluster.NodeCount;
        for (int i = FirstOf(groups, image); i < groups.Length && groups[i].Image == image; i++)
        {
            ulong found = groups[i].Lanes & lanes;
            holders |= found;
            long size = (long)(groups[i].SizeBytes * spread);
            foreach (int lane in new Lanes(found))
            {
                sizes[lane] += size;
            }
        }

        return holders;
    }

    /// <summary>Where the groups of an image start, or would.</summary>
    private static int FirstOf(ImmutableArray<ImageGroup> groups, int image)
    {
        int from = 0, to = groups.Length;
        while (from < to)
        {
            int middle = (from + to) / 2;
            if (groups[middle].Image < image)
            {
                from = middle + 1;
            }
            else
            {
                to = middle;
            }
        }

        return from;
    }

    private static IEnumerable<Container> Containers(PodClass pod) => pod.Spec.InitContainers.Concat(pod.Spec.Containers);

    /// <summary>One entry a container, repeats included; a name without a tag means <c>:latest</c>.</summary>
    private static int[] ImagesOf(PodClass pod, Vocabulary vocabulary) =>
        [.. Containers(pod).Select(c => vocabulary.Images.Intern(Normalize(c.Image)))];

    private static string Normalize(string image) =>
        image.LastIndexOf(':') <= image.LastIndexOf('/') ? image + ":latest" : image;
}
