using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

[TestFixture]
public sealed class ImageLocalityTests
{
    private const long MiB = 1L << 20;

    [Test]
    public void Scores_by_the_documented_formula_on_random_nodes_and_pods() => PluginCheck.ScoreAgrees(new ImageLocality(), Rule, skips: _ => false);

    // One node of two holds the image: half its size counts; (s - 23) * 100 / 977.
    [TestCase(46, 0, TestName = "23 MiB are not worth anything")]
    [TestCase(44, 0, TestName = "Less than 23 MiB is not worth anything")]
    [TestCase(66, 1, TestName = "33 MiB: 1000 / 977")]
    [TestCase(1000, 48, TestName = "500 MiB: 47700 / 977 = 48.8")]
    [TestCase(2000, 100, TestName = "1000 MiB a container is the most")]
    [TestCase(9000, 100, TestName = "More than that does not count")]
    public void An_image_on_one_of_two_nodes(long sizeMiB, long score)
    {
        KubeCluster cluster = new(Node("n", ("web:latest", sizeMiB)), Node("m"));
        Assert.Multiple(() =>
        {
            Assert.That(cluster.Score(new ImageLocality(), Pod("web"), "n"), Is.EqualTo(score));
            Assert.That(cluster.Score(new ImageLocality(), Pod("web"), "m"), Is.Zero);
        });
    }

    // Two containers: up to 2000 MiB; 500 MiB on all nodes: (500 - 23) * 100 / 1977 = 24.1.
    [Test]
    public void Every_container_raises_the_upper_threshold() => Assert.That(
        new KubeCluster(Node("n", ("web:latest", 500))).Score(new ImageLocality(), Pod("web", "other"), "n"), Is.EqualTo(24));

    // The same with an init container that holds it too: (1000 - 23) * 100 / 1977 = 49.4.
    [Test]
    public void Init_containers_count() => Assert.That(
        new KubeCluster(Node("n", ("web:latest", 500)))
            .Score(new ImageLocality(), Pod("web") with { InitContainers = [new Container { Image = "web" }] }, "n"),
        Is.EqualTo(49));

    [TestCase("reg:5000/app", "reg:5000/app:latest", true)]
    [TestCase("app@sha256:00", "app@sha256:00", true)]
    [TestCase("app:1", "app:latest", false)]
    [TestCase("app", "app:latest", true)]
    public void A_name_without_a_tag_means_latest(string asked, string held, bool counts) => Assert.That(
        new KubeCluster(Node("n", (held, 1000))).Score(new ImageLocality(), Pod(asked), "n"), Is.EqualTo(counts ? 100 : 0));

    private static long Rule(NodeState node, PodSpec pod, KubeCluster cluster)
    {
        Node[] all = cluster.Nodes();
        Container[] containers = [.. pod.Containers, .. pod.InitContainers];
        long sum = 0;
        foreach (Container container in containers)
        {
            string name = container.Image[(container.Image.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal)
                ? container.Image
                : container.Image + ":latest";
            if (node.Node.Images.FirstOrDefault(i => i.Names.Contains(name)) is { } image)
            {
                sum += (long)(image.SizeBytes * ((double)all.Count(n => n.Images.Any(i => i.Names.Contains(name))) / all.Length));
            }
        }

        long least = 23 * MiB, most = 1000 * MiB * containers.Length;
        return 100 * (Math.Min(Math.Max(sum, least), most) - least) / (most - least);
    }

    private static Node Node(string name, params (string Name, long MiB)[] images) =>
        new() { Name = name, Images = [.. images.Select(i => new ContainerImage([i.Name], i.MiB * MiB))] };

    private static PodSpec Pod(params string[] images) => new() { Containers = [.. images.Select(i => new Container { Image = i })] };
}
