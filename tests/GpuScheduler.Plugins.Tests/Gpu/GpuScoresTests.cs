using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class GpuScoresTests
{
    private readonly GpuFit _fit = new();

    [Test]
    public void Best_fit_is_what_stays_free_of_cpu_and_gpu_turned_round() =>
        Check(new GpuBestFit(), (cpu, gpus, podCpu, podGpu) => (int)((1 - (((cpu - podCpu) / 128000.0 * 0.5) + ((gpus.Sum() - podGpu) / 8000.0 * 0.5))) * 100));

    [Test]
    public void Worst_fit_is_what_stays_free_of_cpu_and_gpu() =>
        Check(new GpuWorstFit(), (cpu, gpus, podCpu, podGpu) => (int)((((cpu - podCpu) / 128000.0 * 0.5) + ((gpus.Sum() - podGpu) / 8000.0 * 0.5)) * 100));

    [Test]
    public void Dot_product_is_small_where_much_is_free_of_what_the_pod_asks() =>
        Check(new GpuDotProduct(), (cpu, gpus, podCpu, podGpu) =>
            Math.Max(0, (int)(100 * (1 - (((cpu / 128000.0 * (podCpu / 128000.0)) + (gpus.Sum() / 8000.0 * (podGpu / 8000.0))) / 2)))));

    [TestCase(typeof(GpuBestFit))]
    [TestCase(typeof(GpuWorstFit))]
    public void Fits_are_spread_over_0_to_100_by_integer_division_and_all_equal_is_0(Type type)
    {
        INormalizeScorePlugin plugin = (INormalizeScorePlugin)Activator.CreateInstance(type)!;
        Assert.Multiple(() =>
        {
            Assert.That(plugin.NormalizeScore(40, 40, 47), Is.Zero);
            Assert.That(plugin.NormalizeScore(42, 40, 47), Is.EqualTo(28));
            Assert.That(plugin.NormalizeScore(47, 40, 47), Is.EqualTo(100));
            Assert.That(plugin.NormalizeScore(40, 40, 40), Is.Zero);
        });
    }

    // Devices: 0 and 1 are free, 2 has 400 milli left, 3 has 250.
    [TestCase(200, 1, 98, TestName = "Packing_prefers_the_fullest_device_in_use")]
    [TestCase(300, 1, 96, TestName = "Packing_counts_what_a_device_in_use_has_left")]
    [TestCase(200, 2, 94, TestName = "Packing_adds_up_several_devices_in_use")]
    [TestCase(500, 1, 49, TestName = "Packing_likes_a_free_device_of_a_node_in_use_less")]
    [TestCase(1000, 2, 48, TestName = "Packing_likes_two_free_devices_still_less")]
    [TestCase(200, 3, 49, TestName = "Packing_goes_by_the_free_devices_where_it_needs_some")]
    public void Packing(int milli, int count, long expected)
    {
        GpuCluster cluster = new(GpuCluster.Node("n", DeviceShape.Uniform("T4", 4)));
        cluster.Place(0, 0, GpuCluster.Share(600), 2);
        cluster.Place(0, 0, GpuCluster.Share(750), 3);
        Assert.That(cluster.Scores(new GpuPacking(), cluster.Class(0, GpuCluster.Share(milli, count)))[0], Is.EqualTo(expected));
    }

    [Test]
    public void Packing_likes_unused_nodes_least_and_large_ones_less()
    {
        GpuCluster cluster = new(
            GpuCluster.Node("1", DeviceShape.Uniform("T4", 1)), GpuCluster.Node("8", DeviceShape.Uniform("T4", 8)), GpuCluster.Node("16", DeviceShape.Uniform("T4", 16)));
        GpuPacking plugin = new();
        Assert.That(cluster.Scores(plugin, cluster.Class(0, GpuCluster.Share(500))).Take(3), Is.EqualTo(new[] { 32, 25, 17 }));
        Assert.That(cluster.Scores(plugin, cluster.Class(0, DeviceRequest.None)).Take(3), Is.EqualTo(new[] { 0, 0, 0 }));
    }

    [Test]
    public void Random_is_the_same_for_the_same_seed_attempt_and_node_and_another_for_another()
    {
        GpuCluster cluster = new([.. Enumerable.Range(0, 10).Select(i => GpuCluster.Node($"n{i}", DeviceShape.Uniform("T4", 8)))]);
        PodClass pod = cluster.Class(0, GpuCluster.Share(500));
        int[] scores = cluster.Scores(new GpuRandom(1), pod, attempt: 5);
        Assert.Multiple(() =>
        {
            Assert.That(cluster.Scores(new GpuRandom(1), pod, attempt: 5), Is.EqualTo(scores));
            Assert.That(cluster.Scores(new GpuRandom(1), pod, attempt: 6), Is.Not.EqualTo(scores));
            Assert.That(cluster.Scores(new GpuRandom(2), pod, attempt: 5), Is.Not.EqualTo(scores));
            Assert.That(scores.Take(10), Is.Unique);
        });
    }

    [Test]
    public void Random_picks_every_node_and_every_fitting_device_about_as_often()
    {
        GpuCluster cluster = new([.. Enumerable.Range(0, 10).Select(i => GpuCluster.Node($"n{i}", DeviceShape.Uniform("T4", 8)))]);
        PodClass pod = cluster.Class(0, GpuCluster.Share(500));
        GpuRandom plugin = new(42);
        int[] nodes = new int[10], devices = new int[8];
        for (int attempt = 0; attempt < 8000; attempt++)
        {
            int[] scores = cluster.Scores(plugin, pod, attempt: attempt);
            int winner = Array.IndexOf(scores, scores.Max());
            DeviceSet chosen = plugin.ChooseDevices(cluster.Context(plugin, pod, attempt), cluster.State.Blocks[0], winner);
            nodes[winner]++;
            devices[int.Parse(chosen.ToString(), System.Globalization.CultureInfo.InvariantCulture)]++;
        }

        // More than five standard deviations away would be no accident.
        Assert.That(nodes, Is.All.InRange(660, 940));
        Assert.That(devices, Is.All.InRange(840, 1160));
    }

    [Test]
    public void Whatever_the_policy_its_devices_are_there_to_be_given_and_its_scores_within_bounds() =>
        Gen.Int.Sample(
            seed =>
            {
                GpuCluster cluster = GpuCluster.Random(seed);
                PodClass pod = cluster.Class(1000, GpuCluster.RandomRequest(new Random(seed)));
                GpuScore[] plugins = [new GpuRandom(3), new GpuBestFit(), new GpuWorstFit(), new GpuPacking(), new GpuDotProduct()];
                foreach (GpuScore plugin in plugins)
                {
                    for (int b = 0; b < cluster.State.Blocks.Length; b++)
                    {
                        Block block = cluster.State.Blocks[b];
                        ulong passed = _fit.Filter(cluster.Context(_fit, pod), block, block.Nodes.Present);
                        int[] scores = cluster.Scores(plugin, pod, b, passed);
                        foreach (int lane in new Lanes(passed))
                        {
                            DeviceSet devices = plugin.ChooseDevices(cluster.Context(plugin, pod, seed), block, lane);
                            Assert.That(block.CanTake(lane, pod.Devices, devices), $"{plugin.Name}: {pod.Devices} on {devices}");
                            Assert.That(
                                plugin is INormalizeScorePlugin || scores[lane] is >= 0 && scores[lane] <= 100L * plugin.Precision,
                                $"{plugin.Name}: {scores[lane]}");
                        }
                    }
                }
            },
            iter: 100);

    [Test]
    public void Worst_fit_gives_the_devices_with_the_most_left()
    {
        GpuCluster cluster = new(GpuCluster.Node("n", DeviceShape.Uniform("T4", 4)));
        cluster.Place(0, 0, GpuCluster.Share(100), 0);
        cluster.Place(0, 0, GpuCluster.Share(400), 2);
        GpuWorstFit plugin = new();
        Assert.Multiple(() =>
        {
            Assert.That(Chosen(1).ToString(), Is.EqualTo("1"));
            Assert.That(Chosen(3).ToString(), Is.EqualTo("0,1,3"));
        });

        DeviceSet Chosen(int count) =>
            plugin.ChooseDevices(cluster.Context(plugin, cluster.Class(0, GpuCluster.Share(500, count))), cluster.State.Blocks[0], 0);
    }

    [Test]
    public void Only_random_reads_the_attempt() => Assert.Multiple(() =>
    {
        Assert.That(new GpuRandom(1).ScoreReads, Is.EqualTo(Reads.Nodes | Reads.Attempt));
        foreach (GpuScore plugin in new GpuScore[] { new GpuBestFit(), new GpuWorstFit(), new GpuPacking(), new GpuDotProduct() })
        {
            Assert.That(plugin.ScoreReads, Is.EqualTo(Reads.Nodes | Reads.Usage), plugin.Name);
        }
    });

    /// <summary>Compares raw scores with a formula of free CPU, free milli by device, and the pod's CPU and total milli.</summary>
    private void Check(GpuScore plugin, Func<long, int[], long, long, long> formula) =>
        Gen.Select(Gen.Int, Gen.ULong).Sample(
            (seed, mask) =>
            {
                GpuCluster cluster = GpuCluster.Random(seed);
                Random random = new(seed);
                DeviceRequest request = random.Next(4) == 0 ? DeviceRequest.None : GpuCluster.Share(random.Next(1, 11) * 100, random.Next(1, 5));
                PodClass pod = cluster.Class(random.Next(1, 9) * 2000, request);
                for (int b = 0; b < cluster.State.Blocks.Length; b++)
                {
                    Block block = cluster.State.Blocks[b];
                    ulong lanes = block.Nodes.Present & mask;
                    lanes = request.IsNone ? lanes : _fit.Filter(cluster.Context(_fit, pod), block, lanes);
                    int[] scores = cluster.Scores(plugin, pod, b, lanes);
                    foreach (int lane in new Lanes(lanes))
                    {
                        long expected = formula(
                            NaiveFragmentation.FreeCpu(block, lane), NaiveFragmentation.Free(block, lane), pod.Requested[ResourceNames.Cpu], request.Count * request.Milli);
                        Assert.That(scores[lane], Is.EqualTo(expected));
                    }
                }
            },
            iter: 100);
}
