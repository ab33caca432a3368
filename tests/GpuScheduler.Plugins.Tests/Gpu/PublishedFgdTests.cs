using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

/// <summary>
/// What FGD's own simulator computes on the production trace published with it. The trace is not part of the repository: without
/// <c>shared/traces/openb</c> beside one of the folders above, these tests are left out.
/// </summary>
public sealed class PublishedFgdTests
{
    private GpuCluster _cluster = null!;
    private TypicalPods _typicalPods = null!;
    private string _folder = null!;

    [OneTimeSetUp]
    public void Read()
    {
        DirectoryInfo? at = new(TestContext.CurrentContext.TestDirectory);
        while (at is not null && !Directory.Exists(Path.Combine(at.FullName, "shared", "traces", "openb")))
        {
            at = at.Parent;
        }

        if (at is null)
        {
            Assert.Ignore("there is no shared/traces/openb above the test's folder");
        }

        _folder = Path.Combine(at.FullName, "shared", "traces", "openb");
        GpuCluster pods = new();
        _typicalPods = TypicalPods.Of(Rows("openb_pod_list_default.csv").Select(row => Number(row[3]) == 0
            ? pods.Class(Number(row[1]), DeviceRequest.None)
            : pods.Class(Number(row[1]), GpuCluster.Share(Number(row[4]), Number(row[3]), row[5].Split('|', StringSplitOptions.RemoveEmptyEntries)))));
    }

    [SetUp]
    public void Start() => _cluster = new GpuCluster(GpuCluster.Node("n", DeviceShape.Uniform("G2", 8), 40_000));

    [Test]
    public void Of_its_91_classes_35_are_typical() => Assert.That(_typicalPods.Pods, Has.Length.EqualTo(35));

    [TestCase("G2", 8, 96, 1087.818697)]
    [TestCase("G3", 8, 128, 1087.818697)]
    [TestCase("V100M16", 8, 64, 1087.818697)]
    [TestCase("V100M16", 4, 32, 543.909348)]
    [TestCase("T4", 2, 104, 271.954674)]
    [TestCase("P100", 2, 16, 359.258305)]
    [TestCase("P100", 2, 8, 1210.404327)]
    [TestCase("P100", 1, 8, 605.202163)]
    [TestCase("A10", 1, 128, 135.977337)]
    public void Empty_nodes_are_as_fragmented_as_published(string model, int gpus, int cores, double expected)
    {
        GpuCluster cluster = new(GpuCluster.Node("n", DeviceShape.Uniform(model, gpus), cores * 1000));
        Assert.That(new Fragmentation(_typicalPods).Of(cluster.State.Blocks[0], 0), Is.EqualTo(expected).Within(1e-6));
    }

    [Test]
    public void The_empty_cluster_is_as_fragmented_as_published()
    {
        GpuCluster cluster = new([.. Rows("openb_node_list_gpu_node.csv")
            .Select(row => GpuCluster.Node(row[0], DeviceShape.Uniform(row[4], Number(row[3])), Number(row[1])))]);
        Assert.That(new Fragmentation(_typicalPods).Of(cluster.State), Is.EqualTo(866_232.5522).Within(1e-4));
    }

    [TestCase(3152, 810, 1, 48, "2")]
    [TestCase(11908, 470, 1, 59, "1")]
    [TestCase(11300, 1000, 1, 53, "2")]
    [TestCase(12500, 0, 0, 50, "")]
    [TestCase(2000, 160, 1, 53, "0")]
    public void A_half_full_node_scores_as_published(int cpu, int milli, int count, int score, string devices)
    {
        int[] left = [190, 530, 1000, 1000, 0, 0, 1000, 350];
        for (int device = 0; device < left.Length; device++)
        {
            if (left[device] < Device.FullMilli)
            {
                _cluster.Place(0, 0, GpuCluster.Share(Device.FullMilli - left[device]), device);
            }
        }

        GpuFgd plugin = new(_typicalPods);
        Block block = _cluster.State.Blocks[0];
        PodClass pod = _cluster.Class(cpu, count == 0 ? DeviceRequest.None : GpuCluster.Share(milli, count));
        Assert.Multiple(() =>
        {
            Assert.That(plugin.Fragmentation.Of(block, 0), Is.EqualTo(1355.038630).Within(1e-6));
            Assert.That(_cluster.Scores(plugin, pod)[0], Is.EqualTo(score));
            Assert.That(count == 0 ? "" : plugin.ChooseDevices(_cluster.Context(plugin, pod), block, 0).ToString(), Is.EqualTo(devices));
        });
    }

    private IEnumerable<string[]> Rows(string file) => File.ReadLines(Path.Combine(_folder, file)).Skip(1).Select(line => line.Split(','));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
