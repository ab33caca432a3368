using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;
using GpuScheduler.Plugins;
using GpuScheduler.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Server.Tests;

public sealed class ExamplesTests
{
    private static IEnumerable<string> Examples => YamlFiles.In("examples").Where(f => !f.Contains("nodes", StringComparison.Ordinal) && !f.Contains("gang-", StringComparison.Ordinal));

    private static IEnumerable<string> Nodes => YamlFiles.In("examples/nodes");

    [TestCase("whole-gpu", 1, 1000, 0, "")]
    [TestCase("eight-gpus", 8, 1000, 0, "")]
    [TestCase("whole-gpu-by-annotation", 2, 1000, 0, "")]
    [TestCase("fraction", 1, 250, 0, "")]
    [TestCase("fraction-of-two", 2, 500, 0, "")]
    [TestCase("memory", 1, 0, 8192, "")]
    [TestCase("gpu-model", 1, 1000, 0, "NVIDIA-A100-SXM4-80GB,NVIDIA-H100-80GB-HBM3")]
    [TestCase("hami", 1, 300, 8192, "")]
    [TestCase("dra", 2, 1000, 0, "NVIDIA-A100-SXM4-80GB")]
    [TestCase("kai-fraction", 1, 500, 0, "")]
    [TestCase("kai-memory", 2, 0, 4096, "")]
    [TestCase("deployment", 1, 200, 0, "")]
    [TestCase("cpu-only", 0, 0, 0, "")]
    public void An_example_asks_for_what_its_comment_says(string name, int count, int milli, int memoryMiB, string models)
    {
        DeviceRequest request = Read([$"examples/{name}.yaml", .. Nodes]).Pods[0].Spec.Devices;
        Assert.That((request.Count, request.Milli, request.MemoryMiB, string.Join(',', request.Models)), Is.EqualTo((count, milli, memoryMiB, models)));
    }

    [Test]
    public void No_example_is_left_out_of_these_tests() => Assert.That(
        Examples.Select(f => Path.GetFileNameWithoutExtension(f)),
        Is.EquivalentTo(typeof(ExamplesTests).GetMethod(nameof(An_example_asks_for_what_its_comment_says))!
            .GetCustomAttributes(typeof(TestCaseAttribute), false).Select(a => (string)((TestCaseAttribute)a).Arguments[0]!)));

    [TestCaseSource(nameof(Examples))]
    public void An_example_is_placed_on_one_of_the_example_nodes(string file)
    {
        FakeTimeProvider time = new();
        ClusterWriter cluster = new(TieKeys.Seeded(0));
        ClusterManifest manifest = Read([file, .. Nodes]);
        cluster.SetNodes(manifest.Nodes);
        Scheduler scheduler = new(cluster, [BuiltInPlugins.DefaultProfile("gpuscheduler")], new QueueOptions(), time, new NoBindings());
        foreach (Pod pod in manifest.Pods)
        {
            scheduler.Enqueue(pod);
            AttemptResult result = scheduler.ScheduleOne();
            Assert.That(result.IsPlaced, result.FitError?.Message);
            Assert.That(result.Decision.Devices.Count, Is.EqualTo(pod.Spec.Devices.Count));
        }
    }

    [TestCase("gang-annotations", 1, 16, 16)]
    [TestCase("gang-native", 1, 4, 4)]
    [TestCase("gang-volcano", 1, 4, 4)]
    [TestCase("gang-leaderworkerset", 2, 4, 4)]
    [TestCase("gang-prefill-decode", 1, 4, 6)]
    public void An_example_of_gangs_is_read_as_such_and_lacks_nothing_but_room(string name, int gangs, int minPods, int pods)
    {
        ClusterManifest manifest = Read($"examples/{name}.yaml");
        Scheduler scheduler = new(
            new ClusterWriter(TieKeys.Seeded(0)), [BuiltInPlugins.DefaultProfile("gpuscheduler")], new QueueOptions(), new FakeTimeProvider(), new NoBindings());
        foreach (GangObject gang in manifest.Gangs)
        {
            scheduler.SetGang(gang);
        }

        foreach (Pod pod in manifest.Pods)
        {
            scheduler.Enqueue(pod);
        }

        Assert.That(scheduler.Gangs.Gangs, Has.Count.EqualTo(gangs));
        Assert.That(scheduler.Gangs.Gangs.Select(g => g.Wait), Has.All.Empty);
        Assert.That(scheduler.Gangs.Gangs.Select(g => (g.Stated!.Group.MinPods, g.Pods.Count)), Has.All.EqualTo((minPods, pods)));
    }

    [Test]
    public void The_annotated_node_has_links()
    {
        Node node = Read("examples/nodes/annotated-node.yaml").Nodes.Single();
        Assert.That(node.Regime, Is.EqualTo(AllocationRegime.Annotation));
        Assert.That(node.Shape.LinkBetween(0, 1).Kind, Is.GreaterThan(node.Shape.LinkBetween(0, 2).Kind));
    }

    [Test]
    public void An_a100_has_room_for_ten_pods_of_the_memory_example()
    {
        DeviceRequest request = Read("examples/memory.yaml").Pods.Single().Spec.Devices;
        Assert.That(request.TryShareOf(81920, out DeviceShare share));
        Assert.That(Device.FullMilli / share.Milli, Is.EqualTo(10));
    }

    private static ClusterManifest Read(params string[] files)
    {
        ConfigurationErrors errors = [];
        ClusterManifest? manifest = ManifestReader.Read(files.Select(f => ManifestFile.Of(f, YamlFiles.Text(f))), errors);
        Assert.That(errors, Is.Empty);
        return manifest!;
    }

    private sealed class NoBindings : IBindingPipeline
    {
        public bool Binds => false;

        public void Start(Scheduler scheduler, Profile profile, QueuedPodInfo queued, NodeReservation reservation) =>
            scheduler.Finish(queued, Status.Success);
    }
}
