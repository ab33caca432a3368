using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class ImageLocalityTests
{
    private const long MiB = 1 << 20;

    private readonly ImageLocality _plugin = new();

    [Test]
    public void On_any_cluster_it_gives_the_points_of_the_formula() =>
        Gen.Int.Sample(
            seed =>
            {
                RandomCluster cluster = new(seed);
                Node[] nodes = [.. Enumerable.Range(0, cluster.State.Blocks.Length * Block.Size)
                    .Where(i => (cluster.State.BlockOf(i).Nodes.Present >> (i % Block.Size) & 1) != 0).Select(cluster.State.NodeAt)];
                for (int i = 0; i < 8; i++)
                {
                    _plugin.ScoresAs(cluster, cluster.RandomPod(), (pod, node) => Score(nodes, pod, node));
                }
            },
            iter: 100);

    // One of four nodes has the image: a quarter of its size counts, from 23 MiB on, against 1000 MiB a container.
    [TestCase("big:1", 4000, ExpectedResult = 100)]
    [TestCase("big:1", 2000, ExpectedResult = 48)]
    [TestCase("big:1", 92, ExpectedResult = 0)]
    [TestCase("big", 4000, ExpectedResult = 0)]
    public long An_image_counts_by_its_size_and_its_spread(string wanted, long sizeMiB)
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        writer.SetNodes(Enumerable.Range(0, 4).Select(i => new Node
        {
            Name = $"n{i}",
            Images = i == 0 ? [new ContainerImage(["big:1"], sizeMiB * MiB)] : [],
        }));
        PodClass pod = writer.Classes.Intern(new PodSpec { Containers = [new Container { Image = wanted }] });
        long[] scores = new long[Block.Size];
        _plugin.Score(new PluginContext(pod, _plugin.PreScore(pod, writer.Vocabulary).State, writer.Working, 0), writer.Working.Blocks[0], 0b1111, scores);
        Assert.That(scores[1..4], Is.All.Zero);
        return scores[0];
    }

    private static long Score(Node[] nodes, PodClass pod, Node node)
    {
        string[] images = [.. pod.Spec.InitContainers.Concat(pod.Spec.Containers).Select(c => c.Image)];
        if (images.Length == 0)
        {
            return 0;
        }

        long sum = 0;
        foreach (string image in images)
        {
            string tagged = image.Split('/')[^1].Contains(':') ? image : image + ":latest";
            if (node.Images.FirstOrDefault(i => i.Names.Contains(tagged)) is { } held)
            {
                sum += (long)(held.SizeBytes * ((double)nodes.Count(n => n.Images.Any(i => i.Names.Contains(tagged))) / nodes.Length));
            }
        }

        long most = 1000 * MiB * images.Length;
        return 100 * (Math.Min(Math.Max(sum, 23 * MiB), most) - (23 * MiB)) / (most - (23 * MiB));
    }
}
