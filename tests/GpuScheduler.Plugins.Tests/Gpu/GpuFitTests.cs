using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class GpuFitTests
{
    private readonly GpuFit _plugin = new();

    [Test]
    public void A_pod_that_asks_for_no_device_is_not_its_business()
    {
        GpuCluster cluster = new();
        PreFilterResult result = _plugin.PreFilter(cluster.Class(1000, DeviceRequest.None), cluster.Writer.Vocabulary);
        Assert.That(result.Status, Is.EqualTo(Status.Skip));
    }

    [Test]
    public void On_any_cluster_it_passes_exactly_the_nodes_where_a_look_at_each_device_finds_enough() =>
        Gen.Select(Gen.Int, Gen.ULong).Sample(
            (seed, mask) =>
            {
                GpuCluster cluster = GpuCluster.Random(seed);
                Random random = new(seed);
                for (int i = 0; i < 20; i++)
                {
                    PodClass pod = cluster.Class(1000, GpuCluster.RandomRequest(random));
                    foreach (Block block in cluster.State.Blocks)
                    {
                        ulong lanes = block.Nodes.Present & mask, expected = 0;
                        foreach (int lane in new Lanes(lanes))
                        {
                            expected |= (Reason(block, lane, pod.Devices) is null ? 1UL : 0) << lane;
                        }

                        Assert.That(_plugin.Filter(cluster.Context(_plugin, pod), block, lanes), Is.EqualTo(expected), $"{pod.Devices}");
                    }
                }
            },
            iter: 200);

    [Test]
    public void Each_rejected_node_is_explained_by_its_own_reason() =>
        Gen.Int.Sample(
            seed =>
            {
                GpuCluster cluster = GpuCluster.Random(seed);
                Random random = new(seed);
                PodClass pod = cluster.Class(1000, GpuCluster.RandomRequest(random));
                PluginContext context = cluster.Context(_plugin, pod);
                Rejections actual = new(), expected = new();
                foreach (Block block in cluster.State.Blocks)
                {
                    _plugin.Explain(context, block, block.Nodes.Present & ~_plugin.Filter(context, block, block.Nodes.Present), actual);
                    foreach (int lane in new Lanes(block.Nodes.Present))
                    {
                        if (Reason(block, lane, pod.Devices) is { } reason)
                        {
                            expected.Add(1UL << lane, reason.Code, reason.Text);
                        }
                    }
                }

                Assert.That(actual.Reasons, Is.EqualTo(expected.Reasons), $"{pod.Devices}");
                Assert.That(actual.Resolvable, Is.EqualTo(expected.Resolvable), $"{pod.Devices}");
            },
            iter: 300);

    [Test]
    public void What_it_gives_is_there_and_is_the_fitting_devices_with_the_least_left() =>
        Gen.Int.Sample(
            seed =>
            {
                GpuCluster cluster = GpuCluster.Random(seed);
                PodClass pod = cluster.Class(1000, GpuCluster.RandomRequest(new Random(seed)));
                PluginContext context = cluster.Context(_plugin, pod);
                foreach (Block block in cluster.State.Blocks)
                {
                    foreach (int lane in new Lanes(_plugin.Filter(context, block, block.Nodes.Present)))
                    {
                        DeviceSet devices = _plugin.ChooseDevices(context, block, lane);
                        Assert.That(block.CanTake(lane, pod.Devices, devices), $"{pod.Devices} on {devices}");
                        if (pod.Devices.IsExclusive && block.Nodes.Shape(lane).HasLinks)
                        {
                            // Whole devices go by their links: DeviceChoiceTests.
                            continue;
                        }

                        IEnumerable<int> best = Enumerable.Range(0, block.Nodes.Shape(lane).Count)
                            .Where(d => pod.Devices.Allows(block.Nodes.Shape(lane).Devices[d].Model))
                            .Where(d => block.CanTake(lane, pod.Devices with { Count = 1 }, DeviceSet.Only(d)))
                            .OrderBy(d => block.FreeMilliOf(lane, d)).ThenBy(d => d).Take(pod.Devices.Count);
                        Assert.That(Enumerable.Range(0, 16).Where(devices.Contains), Is.EquivalentTo(best), $"{pod.Devices}");
                    }
                }
            },
            iter: 200);

    [Test]
    public void Fractions_do_not_fit_where_the_kubelet_picks_the_devices()
    {
        DeviceShape shape = DeviceShape.Uniform("T4", 4, 15360);
        GpuCluster cluster = new(
            GpuCluster.Node("annotation", shape), GpuCluster.Node("device-plugin", shape, regime: AllocationRegime.DevicePlugin));
        Assert.Multiple(() =>
        {
            Assert.That(Passed(cluster, GpuCluster.Share(500)), Is.EqualTo(0b01));
            Assert.That(Passed(cluster, GpuCluster.Share(500, 2, "T4")), Is.EqualTo(0b01));
            Assert.That(Passed(cluster, GpuCluster.Memory(1000)), Is.EqualTo(0b01));
            Assert.That(Passed(cluster, GpuCluster.Share(1000, 4)), Is.EqualTo(0b11));
            Assert.That(Passed(cluster, GpuCluster.Share(1000, 4, "T4")), Is.EqualTo(0b11));
            Assert.That(Passed(cluster, GpuCluster.Memory(15360)), Is.EqualTo(0b11));
        });
    }

    [Test]
    public void Requests_fit_where_whoever_hands_out_devices_hears_of_them()
    {
        DeviceShape shape = DeviceShape.Uniform("T4", 4, 15360);
        GpuCluster cluster = new(
            GpuCluster.Node("annotation", shape), GpuCluster.Node("device-plugin", shape, regime: AllocationRegime.DevicePlugin), GpuCluster.Node("hami", shape, regime: AllocationRegime.Hami),
            GpuCluster.Node("dra", shape, regime: AllocationRegime.Dra));
        Assert.Multiple(() =>
        {
            Assert.That(Passed(cluster, GpuCluster.Share(1000, 4, "T4") with { Form = DeviceRequestForm.Claim }), Is.EqualTo(0b1000));
            Assert.That(Passed(cluster, GpuCluster.Share(500)), Is.EqualTo(0b001));
            Assert.That(Passed(cluster, GpuCluster.Share(500) with { Form = DeviceRequestForm.Hami }), Is.EqualTo(0b100));
            Assert.That(Passed(cluster, GpuCluster.Memory(1000) with { Form = DeviceRequestForm.Hami, Milli = 300 }), Is.EqualTo(0b100));
            Assert.That(Passed(cluster, GpuCluster.Counted(GpuCluster.Share(1000, 4), "nvidia.com/gpu")), Is.EqualTo(0b111));
            Assert.That(Passed(cluster, GpuCluster.Counted(GpuCluster.Share(1000, 4), "amd.com/gpu")), Is.EqualTo(0b011));
        });
    }

    [Test]
    public void An_extended_resource_gives_the_devices_that_it_counts_and_an_annotation_any()
    {
        DeviceShape shape = DeviceShape.Uniform("T4", 4, 15360);
        GpuCluster cluster = new(
            GpuCluster.Node("trace", shape), GpuCluster.Node("nvidia", shape.CountedBy("nvidia.com/gpu")), GpuCluster.Node("amd", shape.CountedBy("amd.com/gpu")));
        Assert.Multiple(() =>
        {
            Assert.That(Passed(cluster, GpuCluster.Share(1000)), Is.EqualTo(0b111));
            Assert.That(Passed(cluster, GpuCluster.Counted(GpuCluster.Share(1000), "nvidia.com/gpu")), Is.EqualTo(0b011));
            Assert.That(Passed(cluster, GpuCluster.Counted(GpuCluster.Share(1000), "amd.com/gpu")), Is.EqualTo(0b101));
            Assert.That(Passed(cluster, GpuCluster.Counted(GpuCluster.Share(1000), "gpu.intel.com/xe")), Is.EqualTo(0b001));
        });
    }

    [Test]
    public void Among_devices_of_several_models_the_kubelet_cannot_be_told_which()
    {
        DeviceShape mixed = DeviceShape.Of([new Device(0, "A100", 1), new Device(1, "T4", 1)], []);
        GpuCluster cluster = new(GpuCluster.Node("annotation", mixed), GpuCluster.Node("device-plugin", mixed, regime: AllocationRegime.DevicePlugin));
        Assert.Multiple(() =>
        {
            Assert.That(Passed(cluster, GpuCluster.Share(1000, 1, "A100")), Is.EqualTo(0b01));
            Assert.That(Passed(cluster, GpuCluster.Share(1000, 1, "A100", "T4")), Is.EqualTo(0b11));
        });
    }

    [TestCase(500, 1, "node(s) had no GPU with enough free share", 1)]
    [TestCase(500, 2, "node(s) had too few GPUs with enough free share", 1)]
    [TestCase(1000, 2, "node(s) had too few free GPUs", 1)]
    [TestCase(500, 3, "node(s) had fewer GPUs than requested", 0)]
    public void Reasons_tell_what_removing_pods_can_mend_from_what_it_cannot(int milli, int count, string reason, int resolvable)
    {
        GpuCluster cluster = new(GpuCluster.Node("full", DeviceShape.Uniform("T4", 2)));
        cluster.Place(0, 1000, GpuCluster.Share(810, 2), 0, 1);
        Rejections rejections = new();
        _plugin.Explain(cluster.Context(_plugin, cluster.Class(1000, GpuCluster.Share(milli, count))), cluster.State.Blocks[0], 1, rejections);
        Assert.That(rejections.Reasons, Is.EqualTo(new Dictionary<string, int> { [reason] = 1 }));
        Assert.That(rejections.Resolvable, Is.EqualTo(resolvable));
    }

    [Test]
    public void A_pod_is_woken_by_a_leaving_pod_only_if_that_held_devices()
    {
        GpuCluster cluster = new();
        QueuedPodInfo waiting = Waiting(cluster, GpuCluster.Share(500));
        ClusterEvent left = new(EventResource.AssignedPod, ActionTypes.Delete);
        Assert.Multiple(() =>
        {
            Assert.That(Hint(waiting, new ClusterChange(left) { PodClass = cluster.Class(1, DeviceRequest.None) }), Is.EqualTo(QueueingHint.Skip));
            Assert.That(Hint(waiting, new ClusterChange(left) { PodClass = waiting.Class }), Is.EqualTo(QueueingHint.Queue));
            Assert.That(Hint(waiting, new ClusterChange(left)), Is.EqualTo(QueueingHint.Queue));
        });
    }

    [Test]
    public void A_pod_is_woken_by_a_node_only_if_its_devices_are_new_and_could_serve_it()
    {
        GpuCluster cluster = new();
        QueuedPodInfo waiting = Waiting(cluster, GpuCluster.Share(500, 2));
        Node small = GpuCluster.Node("n", DeviceShape.Uniform("T4", 1)), large = GpuCluster.Node("n", DeviceShape.Uniform("T4", 2));
        Node kubelet = large with { Regime = AllocationRegime.DevicePlugin };
        ClusterEvent added = new(EventResource.Node, ActionTypes.Add), changed = new(EventResource.Node, ActionTypes.UpdateNodeLabel);
        Assert.Multiple(() =>
        {
            Assert.That(Hint(waiting, new ClusterChange(added) { NewNode = small }), Is.EqualTo(QueueingHint.Skip));
            Assert.That(Hint(waiting, new ClusterChange(added) { NewNode = kubelet }), Is.EqualTo(QueueingHint.Skip));
            Assert.That(Hint(waiting, new ClusterChange(added) { NewNode = large with { Regime = AllocationRegime.Hami } }), Is.EqualTo(QueueingHint.Skip));
            Assert.That(Hint(waiting, new ClusterChange(added) { NewNode = large }), Is.EqualTo(QueueingHint.Queue));
            Assert.That(Hint(waiting, new ClusterChange(changed) { OldNode = small, NewNode = large }), Is.EqualTo(QueueingHint.Queue));
            Assert.That(Hint(waiting, new ClusterChange(changed) { OldNode = kubelet, NewNode = large }), Is.EqualTo(QueueingHint.Queue));
            Assert.That(Hint(waiting, new ClusterChange(changed) { OldNode = large, NewNode = large with { Unschedulable = true } }), Is.EqualTo(QueueingHint.Skip));
        });
    }

    [Test]
    public void Filtering_allocates_nothing_once_shapes_are_known()
    {
        GpuCluster cluster = GpuCluster.Random(11);
        foreach (DeviceRequest request in new[] { GpuCluster.Share(500), GpuCluster.Share(250, 2, "T4"), GpuCluster.Memory(4000) })
        {
            PluginContext context = cluster.Context(_plugin, cluster.Class(1000, request));
            Block block = cluster.State.Blocks[0];
            ulong passed = _plugin.Filter(context, block, block.Nodes.Present);
            long before = GC.GetAllocatedBytesForCurrentThread();
            ulong again = _plugin.Filter(context, block, block.Nodes.Present);
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
            Assert.That(again, Is.EqualTo(passed));
        }
    }

    /// <summary>The rule, device by device and with nothing precomputed; null where the node passes.</summary>
    private static (StatusCode Code, string Text)? Reason(Block block, int lane, DeviceRequest request)
    {
        const StatusCode Never = StatusCode.UnschedulableAndUnresolvable;
        DeviceShape shape = block.Nodes.Shape(lane);
        Device[] usable = [.. shape.Devices.Where(d => d.IsUsable)];
        Device[] counted = [.. usable.Where(d => request.Resource == "" || d.Resource == "" || d.Resource == request.Resource)];
        Device[] allowed = [.. counted.Where(d => request.Allows(d.Model))];
        Device[] able = [.. allowed.Where(d => request.MemoryMiB == 0 || d.MemoryMiB >= request.MemoryMiB)];
        bool isKubelets = block.Nodes[lane].Regime == AllocationRegime.DevicePlugin, isHamis = block.Nodes[lane].Regime == AllocationRegime.Hami;
        bool isClaimed = block.Nodes[lane].Regime == AllocationRegime.Dra;
        bool whole = able.All(d => request.TryShareOf(d, out DeviceShare s) && s.Milli == 1000);
        bool someWhole = able.Any(d => request.TryShareOf(d, out DeviceShare s) && s.Milli == 1000);
        int fitting = able.Count(d => block.CanTake(lane, request with { Count = 1 }, DeviceSet.Only(d.Index)));
        return shape.Count == 0 ? (Never, "node(s) had no GPU")
            : usable.Length == 0 ? (Never, "node(s) had no usable GPU")
            : counted.Length == 0 ? (Never, $"node(s) had no {request.Resource}")
            : allowed.Length == 0 ? (Never, "node(s) had no GPU of an allowed model")
            : allowed.Length < request.Count ? (Never, "node(s) had fewer GPUs than requested")
            : able.Length < request.Count ? (Never, "node(s) had GPUs with too little memory")
            : request.Form == DeviceRequestForm.Hami && !isHamis ? (Never, "node(s) couldn't limit GPUs as HAMi does (not in the hami regime)")
            : request.Form == DeviceRequestForm.Claim && !isClaimed ? (Never, "node(s) had no GPUs that can be claimed (not in the dra regime)")
            : request.Form != DeviceRequestForm.Claim && isClaimed ? (Never, "node(s) give GPUs only to pods that claim them in spec.resourceClaims (dra regime)")
            : request.Resource != "nvidia.com/gpu" && isHamis ? (Never, "node(s) give GPUs only to containers that request nvidia.com/gpu (hami regime)")
            : isKubelets && !(whole && able.Length == usable.Length) ? (Never, "node(s) couldn't share or select GPUs (device-plugin regime)")
            : fitting >= request.Count ? null
            : someWhole ? (StatusCode.Unschedulable, "node(s) had too few free GPUs")
            : request.Count == 1 ? (StatusCode.Unschedulable, "node(s) had no GPU with enough free share")
            : (StatusCode.Unschedulable, "node(s) had too few GPUs with enough free share");
    }

    private ulong Passed(GpuCluster cluster, DeviceRequest request) =>
        _plugin.Filter(cluster.Context(_plugin, cluster.Class(1000, request)), cluster.State.Blocks[0], cluster.State.Blocks[0].Nodes.Present);

    private QueueingHint Hint(QueuedPodInfo waiting, ClusterChange change) =>
        _plugin.EventsToRegister.Single(e => e.Event.Covers(change.Event)).Hint!(waiting, change);

    private static QueuedPodInfo Waiting(GpuCluster cluster, DeviceRequest request)
    {
        PodClass podClass = cluster.Class(1000, request);
        return new QueuedPodInfo(new Pod { Name = "waiting", Spec = podClass.Spec }, podClass, DateTimeOffset.UnixEpoch);
    }
}
