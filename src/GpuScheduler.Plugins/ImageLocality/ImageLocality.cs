using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Prefers nodes that hold the pod's images already; an image that is on few nodes counts less, so that pods do not heat up those.</summary>
public sealed class ImageLocality : IPreScorePlugin, IScorePlugin
{
    private const long MiB = 1024 * 1024, Least = 23 * MiB, MostPerContainer = 1000 * MiB;

    public string Name => "ImageLocality";

    public Reads ScoreReads => Reads.Nodes | Reads.Images;

    public PreScoreResult PreScore(PodClass pod, Vocabulary vocabulary)
    {
        int[] images = ImagesOf(pod, vocabulary);
        return images.Length == 0 ? PreScoreResult.Skip : PreScoreResult.With(images);
    }

    public void Score(in PluginContext context, Block block, ulong lanes, Span<long> scores)
    {
        int[] images = context.State as int[] ?? ImagesOf(context.Pod, context.Cluster.Vocabulary);
        foreach (int lane in new Lanes(lanes))
        {
            scores[lane] = 0;
        }

        if (block.Nodes.Images.IsEmpty)
        {
            return;
        }

        foreach (int image in images)
        {
            double spread = (double)context.Cluster.Images.NodesWith(image) / context.Cluster.NodeCount;
            foreach (ImageGroup group in block.Nodes.Images.AsSpan())
            {
                if (group.Image == image)
                {
                    foreach (int lane in new Lanes(group.Lanes & lanes))
                    {
                        scores[lane] += (long)(group.SizeBytes * spread);
                    }
                }
            }
        }

        long most = MostPerContainer * images.Length;
        foreach (int lane in new Lanes(lanes))
        {
            scores[lane] = IScorePlugin.MaxNodeScore * (Math.Clamp(scores[lane], Least, most) - Least) / (most - Least);
        }
    }

    /// <summary>One entry a container, repeats included; a name without a tag means <c>:latest</c>.</summary>
    private static int[] ImagesOf(PodClass pod, Vocabulary vocabulary) =>
        [.. pod.Spec.InitContainers.Concat(pod.Spec.Containers).Select(c => vocabulary.Images.Intern(Normalize(c.Image)))];

    private static string Normalize(string image) =>
        image.LastIndexOf(':') <= image.LastIndexOf('/') ? image + ":latest" : image;
}
