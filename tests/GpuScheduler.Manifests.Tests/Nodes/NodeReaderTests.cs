using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests.Tests;

public sealed class NodeReaderTests
{
    private const string Gfd = "labels: {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3, nvidia.com/gpu.memory: '81559', nvidia.com/gpu.count: '8'}";

    [Test]
    public void A_node_is_read_with_all_that_scheduling_looks_at()
    {
        Node node = Clusters.Read("""
            apiVersion: v1
            kind: Node
            metadata:
              name: gpu-1
              uid: 1234
              labels: {zone: a, empty: ""}
              newField: {from: the future}
            spec:
              unschedulable: true
              taints: [{key: k, value: v, effect: NoSchedule}, {key: e, effect: NoExecute}]
            status:
              capacity: {cpu: "96", memory: 2Ti}
              allocatable: {cpu: 95500m, memory: 1Ti, pods: "110", ephemeral-storage: 1.5Gi, nvidia.com/mig-1g.10gb: 7}
              images: [{names: ["a:1", "a@sha256:1"], sizeBytes: 1234}]
            """.Replace("uid: 1234", "uid: abc-1", StringComparison.Ordinal)).Nodes.Single();
        Assert.Multiple(() =>
        {
            Assert.That(node.Name, Is.EqualTo("gpu-1"));
            Assert.That(node.Uid, Is.EqualTo("abc-1"));
            Assert.That(node.Labels, Is.EqualTo(LabelSet.Of(("zone", "a"), ("empty", ""))));
            Assert.That(node.Unschedulable, Is.True);
            Assert.That(node.Taints, Is.EqualTo(new[] { new Taint("k", "v", TaintEffect.NoSchedule), new Taint("e", "", TaintEffect.NoExecute) }));
            Assert.That(node.Allocatable, Is.EqualTo(ResourceList.Of(
                ("cpu", 95500), ("memory", 1L << 40), ("pods", 110), ("ephemeral-storage", 3L << 29), ("nvidia.com/mig-1g.10gb", 7))));
            Assert.That(node.Images.Single().Names, Is.EqualTo(new[] { "a:1", "a@sha256:1" }));
            Assert.That(node.Images.Single().SizeBytes, Is.EqualTo(1234));
            Assert.That(node.Shape, Is.EqualTo(DeviceShape.None));
        });
    }

    [Test]
    public void Capacity_stands_for_an_absent_allocatable() =>
        Assert.That(Clusters.Read("apiVersion: v1\nkind: Node\nmetadata: {name: n}\nstatus: {capacity: {cpu: 4}}").Nodes.Single().Allocatable["cpu"], Is.EqualTo(4000));

    [Test]
    public void Gpus_come_from_the_extended_resource_and_the_labels_of_feature_discovery()
    {
        Node node = Clusters.Node(Gfd, "cpu: 8, nvidia.com/gpu: 8");
        Assert.That(node.Shape, Is.EqualTo(DeviceShape.AllToAll("NVIDIA-H100-80GB-HBM3", 8, 81559, new Link(LinkKind.NvSwitch, 900)).CountedBy("nvidia.com/gpu")));
        Assert.That(node.Regime, Is.EqualTo(AllocationRegime.DevicePlugin));
        Assert.That(node.Allocatable, Is.EqualTo(ResourceList.Of(("cpu", 8000))));
    }

    [Test]
    public void An_unhealthy_gpu_is_not_offered() =>
        Assert.That(Clusters.Node(Gfd, "nvidia.com/gpu: 7", "nvidia.com/gpu: 8").Shape.Count, Is.EqualTo(7));

    [Test]
    public void A_device_plugin_that_is_away_leaves_no_devices() =>
        Assert.That(Clusters.Node(Gfd, "nvidia.com/gpu: 0", "nvidia.com/gpu: 0").Shape.Count, Is.Zero);

    [TestCase("amd.com/gpu", "amd.com/gpu.product-name: AMD-Instinct-MI300X", "AMD-Instinct-MI300X")]
    [TestCase("gpu.intel.com/i915", "gpu.intel.com/product: Flex_170", "Flex_170")]
    [TestCase("gpu.intel.com/xe", "a: b", "gpu.intel.com/xe")]
    [TestCase("nvidia.com/gpu", "a: b", "nvidia.com/gpu")]
    public void Every_vendors_resource_gives_devices(string resource, string label, string model)
    {
        Node node = Clusters.Node($"labels: {{{label}}}", $"{resource}: 2");
        Assert.That(node.Shape, Is.EqualTo(DeviceShape.Uniform(model, 2).CountedBy(resource)));
        Assert.That(node.Allocatable.Count, Is.Zero);
    }

    [Test]
    public void Replicas_are_physical_gpus_and_a_note_says_so()
    {
        ClusterManifest manifest = Clusters.Read(Clusters.NodeText(
            "labels: {nvidia.com/gpu.product: Tesla-T4-SHARED, nvidia.com/gpu.replicas: '10', nvidia.com/gpu.count: '4', nvidia.com/gpu.memory: '15360'}", "nvidia.com/gpu: 40"));
        Assert.That(manifest.Nodes.Single().Shape, Is.EqualTo(DeviceShape.Uniform("Tesla-T4", 4, 15360).CountedBy("nvidia.com/gpu")));
        Assert.That(manifest.Notes, Is.EqualTo(new[] { "nodes share each GPU by time-slicing or MPS, and a pod's nvidia.com/gpu counts as a whole GPU here: 1, such as n" }));
    }

    [Test]
    public void Mig_partitions_are_no_whole_devices()
    {
        Node node = Clusters.Node("labels: {nvidia.com/gpu.product: NVIDIA-A100-SXM4-40GB-MIG-1g.5gb, nvidia.com/mig.strategy: single, nvidia.com/gpu.count: '56'}", "nvidia.com/gpu: 56");
        Assert.That(node.Shape.Count, Is.Zero);
        Node mixed = Clusters.Node("labels: {nvidia.com/gpu.product: A100, nvidia.com/mig.strategy: mixed, nvidia.com/gpu.count: '8'}", "nvidia.com/gpu: 6, nvidia.com/mig-1g.5gb: 14");
        Assert.That(mixed.Shape.Count, Is.EqualTo(6));
        Assert.That(mixed.Allocatable["nvidia.com/mig-1g.5gb"], Is.EqualTo(14));
    }

    [Test]
    public void Our_annotation_lists_devices_and_links()
    {
        Node node = Clusters.Node("""
            annotations:
              gpuscheduler.dev/devices: |
                {"devices": [{"index":1,"uuid":"GPU-b","model":"H100","memoryMiB":81559,"numa":1,"pcieRoot":"p1"},
                             {"index":0,"uuid":"GPU-a","model":"H100","memoryMiB":81559,"numa":0,"pcieRoot":"p0"}],
                 "links": [["X","NV18"],["NV18","X"]]}
            """);
        Assert.That(node.Shape.Devices, Is.EqualTo(new[] { new Device(0, "H100", 81559, 0, "p0"), new Device(1, "H100", 81559, 1, "p1") }));
        Assert.That(node.Shape.LinkBetween(0, 1), Is.EqualTo(new Link(LinkKind.NvLink, 900)));
        Assert.That(node.Regime, Is.EqualTo(AllocationRegime.Annotation));
    }

    [Test]
    public void Our_annotation_may_name_a_shape()
    {
        Node node = Clusters.Node("""annotations: {gpuscheduler.dev/devices: '{"shape": "dgx-1-v100", "memoryMiB": 16384}'}""", "cpu: 8, nvidia.com/gpu: 8");
        DeviceShape builtIn = ShapeCatalog.BuiltIn.Find("dgx-1-v100")!.Shape;
        Assert.That(node.Shape, Is.EqualTo(builtIn.Relabel(builtIn.Model, 16384).CountedBy("nvidia.com/gpu")));
        Assert.That(node.Regime, Is.EqualTo(AllocationRegime.Annotation));
    }

    [Test]
    public void A_device_may_say_its_network_interface()
    {
        Node node = Clusters.Node("""annotations: {gpuscheduler.dev/devices: '[{"model": "T4", "nic": "mlx5_3"}]'}""");
        Assert.That(node.Shape.Devices.Single().Nic, Is.EqualTo("mlx5_3"));
    }

    [TestCase("NVIDIA-H100-80GB-HBM3", 8, 8, 900)]
    [TestCase("NVIDIA-H100-80GB-HBM3", 8, 7, 900, Description = "one is broken, the machine is the same")]
    [TestCase("NVIDIA-H100-80GB-HBM3", 4, 4, 0)]
    [TestCase("NVIDIA-L40S", 8, 8, 0)]
    public void Labels_tell_links_where_any_two_gpus_of_such_a_machine_are_linked_alike(string product, int labelled, int healthy, int gigabytes)
    {
        Node node = Clusters.Read($$$"""
            apiVersion: v1
            kind: Node
            metadata: {name: n, labels: {nvidia.com/gpu.product: {{{product}}}, nvidia.com/gpu.count: '{{{labelled}}}'}}
            status: {capacity: {nvidia.com/gpu: {{{labelled}}}, pods: 1}, allocatable: {nvidia.com/gpu: {{{healthy}}}, pods: 1}}
            """).Nodes.Single();
        Assert.That((node.Shape.Count, node.Regime), Is.EqualTo((healthy, AllocationRegime.DevicePlugin)));
        Assert.That(node.Shape.HasLinks, Is.EqualTo(gigabytes > 0));
        Assert.That(node.Shape.LinkBetween(0, 3).GigabytesPerSecond, Is.EqualTo(gigabytes));
    }

    [Test]
    public void A_list_alone_numbers_its_devices_and_nodes_alike_share_a_shape()
    {
        string text = Clusters.NodeText("annotations: {gpuscheduler.dev/devices: '[{\"model\":\"T4\"},{\"model\":\"A10\",\"memoryMiB\":24000}]'}");
        ClusterManifest manifest = Clusters.Read(text + "\n---\n" + text.Replace("name: n", "name: m", StringComparison.Ordinal));
        Assert.That(manifest.Nodes[0].Shape.Devices, Is.EqualTo(new[] { new Device(0, "T4", 0), new Device(1, "A10", 24000) }));
        Assert.That(manifest.Nodes[1].Shape, Is.SameAs(manifest.Nodes[0].Shape));
    }

    [Test]
    public void Hami_registers_devices()
    {
        Node node = Clusters.Node("""
            annotations:
              hami.io/node-nvidia-register: '[{"id":"GPU-a","count":10,"devmem":81559,"devcore":100,"type":"NVIDIA H100 80GB HBM3","health":true,"mode":"hami-core"},
                {"id":"GPU-b","index":1,"count":10,"devmem":81559,"type":"NVIDIA H100 80GB HBM3"},
                {"id":"GPU-c","index":2,"count":10,"devmem":81559,"devcore":100,"type":"NVIDIA H100 80GB HBM3","numa":1,"health":true}]'
            """, "cpu: 8, nvidia.com/gpu: 20");
        Device device = new(0, "NVIDIA-H100-80GB-HBM3", 81559, 0, MaxSharers: 10, Resource: "nvidia.com/gpu");
        Assert.That(node.Shape.Devices, Is.EqualTo(new[] { device, device with { Index = 1, IsUsable = false }, device with { Index = 2, NumaNode = 1 } }));
        Assert.That((node.Regime, string.Join(' ', node.DeviceUuids)), Is.EqualTo((AllocationRegime.Hami, "GPU-a GPU-b GPU-c")));
        Assert.That(node.Allocatable, Is.EqualTo(ResourceList.Of(("cpu", 8000))));
    }

    [TestCase("annotation", AllocationRegime.Annotation)]
    [TestCase("device-plugin", AllocationRegime.DevicePlugin)]
    [TestCase("dra", AllocationRegime.Dra)]
    public void An_annotation_states_the_regime(string text, AllocationRegime regime) =>
        Assert.That(Clusters.Node($"annotations: {{gpuscheduler.dev/allocation-regime: {text}}}", "nvidia.com/gpu: 2").Regime, Is.EqualTo(regime));

    [TestCase("", "nvidia.com/gpu: 20", "m.yaml:8:34: status.allocatable[\"nvidia.com/gpu\"]: node n offers 20 devices, and a node has at most 16; correct the number, or say in label nvidia.com/gpu.replicas how many share a device")]
    [TestCase(Gfd, "nvidia.com/gpu: 4", "m.yaml:5:113: metadata.labels[\"nvidia.com/gpu.count\"]: node n is labelled with 8 GPUs but its status offers 4 nvidia.com/gpu; correct one of them")]
    [TestCase("labels: {nvidia.com/gpu.count: eight}", "nvidia.com/gpu: 4", "m.yaml:5:34: metadata.labels[\"nvidia.com/gpu.count\"]: \"eight\" is not a whole number; correct the label")]
    [TestCase("labels: {nvidia.com/gpu.replicas: '3'}", "nvidia.com/gpu: 4", "m.yaml:8:34: status.allocatable[\"nvidia.com/gpu\"]: 4 is no multiple of the 3 replicas in label nvidia.com/gpu.replicas; correct one of them")]
    [TestCase("labels: {nvidia.com/gpu.product: Tesla-T4-SHARED}", "nvidia.com/gpu: 4", "m.yaml:5:36: metadata.labels[\"nvidia.com/gpu.product\"]: \"Tesla-T4-SHARED\" says that GPUs are shared but label nvidia.com/gpu.replicas does not say by how many; correct one of them")]
    [TestCase("", "cpu: -1", "m.yaml:8:23: status.allocatable.cpu: \"-1\" is negative; write 0 or more")]
    [TestCase("", "cpu: true", "m.yaml:8:23: status.allocatable.cpu: \"true\" is a bool; write a quantity, such as 500m, 4 or 16Gi")]
    [TestCase("labels: {a: 1}", "cpu: 1", "m.yaml:5:15: metadata.labels.a: 1 is a number, not a string; put it in quotes: \"1\"")]
    [TestCase("annotations: {gpuscheduler.dev/allocation-regime: hammi}", "cpu: 1", "m.yaml:5:53: metadata.annotations[\"gpuscheduler.dev/allocation-regime\"]: \"hammi\" is no allocation regime; did you mean \"hami\"?")]
    [TestCase("annotations: {gpuscheduler.dev/devices: '[{\"model\":\"T4\"}]'}", "nvidia.com/gpu: 2", "m.yaml:5:43: metadata.annotations[\"gpuscheduler.dev/devices\"]: node n lists 1 devices but its status offers 2 nvidia.com/gpu; correct one of them")]
    [TestCase("annotations: {gpuscheduler.dev/allocation-regime: hami}", "cpu: 1", "m.yaml:5:53: metadata.annotations[\"gpuscheduler.dev/allocation-regime\"]: says hami but no HAMi device plugin registers devices on node n (hami.io/node-nvidia-register); install it there, or write another regime")]
    public void A_node_that_lies_is_an_error(string metadata, string allocatable, string expected) =>
        Assert.That(Clusters.Errors(Clusters.NodeText(metadata, allocatable)), Is.EqualTo(new[] { expected }));

    [TestCase("[{\"model\":\"T4\"},{\"model\":\"T4\",\"index\":0}]", "at [1].index: 0 is the index of device [0] too; give each its own")]
    [TestCase("[{\"model\":\"T4\",\"index\":3}]", "at [0].index: 3 leaves a gap: 1 devices are numbered 0 to 0")]
    [TestCase("[{\"model\":\"T4\",\"uuid\":\"a\"},{\"model\":\"T4\",\"uuid\":\"a\"}]", "at [1].uuid: \"a\" is the UUID of device [0] too; correct one")]
    [TestCase("[{\"modle\":\"T4\",\"model\":\"T4\"}]", "at [0].modle: unknown field \"modle\"; did you mean \"model\"?")]
    [TestCase("[{\"model\":\"T4\",\"memoryMiB\":-1}]", "at [0].memoryMiB: -1 is out of range; write a whole number of at least 0")]
    [TestCase("[{}]", "at [0].model: is required; add it")]
    [TestCase("[{\"model\":", "the annotation is not valid JSON: it ends within a value; complete it")]
    [TestCase("{\"devices\":[{\"model\":\"T4\"}],\"links\":[[\"NV1\"]]}", "at links[0][0]: \"NV1\" links device 0 with itself; write X")]
    [TestCase("{\"devices\":[{\"model\":\"T4\"},{\"model\":\"T4\"}],\"links\":[[\"X\",\"NVX\"],[\"SYS\",\"X\"]]}", "at links[0][1]: \"NVX\" is no link; write NV1 to NV36, PIX, PXB, PHB, NODE or SYS")]
    [TestCase("{\"devices\":[{\"model\":\"T4\"},{\"model\":\"T4\"}],\"links\":[[\"X\",\"PIX\"],[\"SYS\",\"X\"]]}", "at links[1][0]: \"SYS\" from 1 to 0 differs from the way back; write the same in both")]
    [TestCase("{\"devices\":[{\"model\":\"T4\"}],\"links\":[]}", "at links: has 0 rows for 1 devices; write one row a device")]
    [TestCase("{\"shape\":\"dgx-1-v10\"}", "at shape: \"dgx-1-v10\" is no shape; did you mean \"dgx-1-v100\"?")]
    [TestCase("{\"shape\":\"dgx-2\",\"devices\":[{\"model\":\"T4\"}]}", "at devices: and shape both say how the devices are linked; remove one")]
    [TestCase("{\"model\":\"T4\",\"devices\":[{\"model\":\"T4\"}]}", "at model: is said of each of the devices; remove it here")]
    [TestCase("{\"links\":[[\"X\",\"NV1\"],[\"NV1\",\"X\"]]}", "at model: is required; add it")]
    public void A_wrong_list_of_devices_is_an_error_at_the_annotation(string json, string expected)
    {
        string[] errors = Clusters.Errors(Clusters.NodeText($"annotations:\n  gpuscheduler.dev/devices: '{json}'"));
        Assert.That(errors[0], Does.StartWith("m.yaml:6:31: metadata.annotations[\"gpuscheduler.dev/devices\"]: " + expected));
    }

    [Test]
    public void Seventeen_devices_are_too_many()
    {
        string list = string.Join(",", Enumerable.Range(0, 17).Select(_ => "{\"model\":\"T4\",\"index\":0}"));
        Assert.That(Clusters.Errors(Clusters.NodeText($"annotations: {{gpuscheduler.dev/devices: '[{list}]'}}"))[0],
            Does.EndWith("lists 17 devices, and a node has at most 16; remove some"));
    }

    [Test]
    public void Two_nodes_of_one_name_are_an_error_with_both_places() =>
        Assert.That(Clusters.Errors(Clusters.NodeText(), "\n" + Clusters.NodeText()), Is.EqualTo(new[]
        {
            "m1.yaml:5:9: metadata.name: node n is in the input already, at m0.yaml:1:1; remove or rename one",
        }));

    [Test]
    public void A_node_without_resources_or_name_is_an_error() =>
        Assert.That(Clusters.Errors("apiVersion: v1\nkind: Node\nmetadata: {labels: {}}\n"), Is.EqualTo(new[]
        {
            "m.yaml:3:11: metadata.name: is required; add it",
            "m.yaml:1:1: status: is required; add status.allocatable with cpu, memory and pods",
        }));

    [Test]
    public void A_wrong_taint_is_an_error() =>
        Assert.That(Clusters.Errors(Clusters.NodeText() + "\nspec: {taints: [{key: k, effect: NoSchedul}, {effect: NoExecute}]}"), Is.EqualTo(new[]
        {
            "m.yaml:10:34: spec.taints[0].effect: \"NoSchedul\" is unknown; did you mean \"NoSchedule\"?",
            "m.yaml:10:46: spec.taints[1].key: is required; add it",
        }));
}
