using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

/// <summary>Builds small clusters for GPU tests, by hand or at random from a seed. Amounts are coarse, so that edges are met exactly.</summary>
internal sealed class GpuCluster
{
    private static readonly int[] Shares = [100, 190, 250, 330, 470, 500, 810, 1000];

    private static readonly DeviceShape[] ShapePool =
    [
        DeviceShape.None,
        DeviceShape.Uniform("A100", 8, 81920),
        DeviceShape.Uniform("A100", 4, 40960),
        DeviceShape.Uniform("T4", 2, 15360),
        DeviceShape.Uniform("T4", 1),
        DeviceShape.Uniform("H100", 16, 81920),
        ShapeCatalog.BuiltIn.Find("dgx-1-v100")!.Shape.Relabel("A100", 81920),
        ShapeCatalog.BuiltIn.Find("a6000-pairs-8")!.Shape.Relabel("T4", 15360),
        DeviceShape.Of([new Device(0, "A100", 81920), new Device(1, "T4", 15360), new Device(2, "A100", 40960), new Device(3, "T4", 15360)], []),
        DeviceShape.Of([new Device(0, "T4", 7001), new Device(1, "T4", 15360)], []),
    ];

    private int _pods;

    public GpuCluster(params Node[] nodes)
    {
        Writer = new ClusterWriter(TieKeys.Seeded(7));
        Writer.SetNodes(nodes);
    }

    public ClusterWriter Writer { get; }

    public Draft State => Writer.Working;

    public static Node Node(string name, DeviceShape shape, long cpuMilli = 96_000, AllocationRegime regime = AllocationRegime.Annotation) =>
        new() { Name = name, Shape = shape, Regime = regime, Allocatable = ResourceList.Of((ResourceNames.Cpu, cpuMilli)) };

    public static DeviceRequest Share(int milli, int count = 1, params string[] models) =>
        new() { Count = count, Milli = milli, Models = [.. models.Order(StringComparer.Ordinal)] };

    public static DeviceRequest Memory(int mib, int count = 1) => new() { Count = count, MemoryMiB = mib };

    public static DeviceRequest RandomRequest(Random random)
    {
        int count = random.Next(4) switch { 0 => random.Next(1, 9), 1 => 2, _ => 1 };
        string[] models = random.Next(3) > 0 ? [] : random.Next(2) == 0 ? ["A100"] : ["H100", "T4"];
        DeviceRequest request = random.Next(3) == 0
            ? Memory(random.Next(3) switch { 0 => 15360, 1 => 81920, _ => random.Next(1, 50_000) }, count) with { Models = [.. models] }
            : Share(Shares[random.Next(Shares.Length)], count, models);
        return random.Next(3) switch
        {
            0 => request with { Resource = DeviceRequestKeys.NvidiaGpu, Form = DeviceRequestForm.Hami, Milli = request.MemoryMiB > 0 ? random.Next(2) * 300 : request.Milli },
            1 when request.IsExclusive && random.Next(3) == 0 => request with { Form = DeviceRequestForm.Claim },
            1 when request.IsExclusive => Counted(request, random.Next(3) == 0 ? DeviceRequestKeys.AmdGpu : DeviceRequestKeys.NvidiaGpu),
            _ => request,
        };
    }

    /// <summary>The request as an extended resource makes it.</summary>
    public static DeviceRequest Counted(DeviceRequest request, string resource) => request with { Resource = resource, Form = DeviceRequestForm.ExtendedResource };

    /// <summary>The shape as HAMi may register it: a device may have so many sharers, and some nobody may use.</summary>
    private static DeviceShape Limited(DeviceShape shape, Random random)
    {
        int sharers = random.Next(3) switch { 0 => 1, 1 => 3, _ => 10 }, broken = random.Next(20);
        return DeviceShape.Of([.. shape.Devices.Select(d => d with { MaxSharers = sharers, IsUsable = d.Index != broken })], shape.Links);
    }

    /// <summary>Up to 150 nodes of all shapes and regimes, partly full, some of them gone again.</summary>
    public static GpuCluster Random(int seed)
    {
        Random random = new(seed);
        int nodes = random.Next(1, 150);
        GpuCluster cluster = new([.. Enumerable.Range(0, nodes).Select(i =>
        {
            Node node = Node($"n{i}", ShapePool[random.Next(ShapePool.Length)], random.Next(1, 65) * 2000, (AllocationRegime)random.Next(4));
            string resource = random.Next(4) switch { 0 => "", 1 => DeviceRequestKeys.AmdGpu, _ => DeviceRequestKeys.NvidiaGpu };
            return node with { Shape = (node.Regime == AllocationRegime.Hami ? Limited(node.Shape, random) : node.Shape).CountedBy(resource) };
        })]);
        for (int i = 0; i < nodes * 12; i++)
        {
            int node = random.Next(nodes);
            DeviceRequest request = random.Next(6) == 0 ? DeviceRequest.None : RandomRequest(random);
            cluster.TryPlace(node, random.Next(1, 5) * 2000, request, new DeviceSet((ushort)random.Next(1 << random.Next(1, 17))));
        }

        for (int i = random.Next(4); i > 0; i--)
        {
            cluster.Writer.RemoveNode($"n{random.Next(nodes)}");
        }

        return cluster;
    }

    public PodClass Class(long cpuMilli, DeviceRequest devices) => Writer.Classes.Intern(new PodSpec
    {
        Containers = [new Container { Name = "main", Requests = ResourceList.Of((ResourceNames.Cpu, cpuMilli)) }],
        Devices = devices,
    });

    public void Place(int node, long cpuMilli, DeviceRequest request, params int[] devices)
    {
        PodClass podClass = Class(cpuMilli, request);
        DeviceSet set = devices.Aggregate(DeviceSet.Empty, (s, d) => s.With(d));
        State.Place(node, new Pod { Name = $"p{_pods++}", Spec = podClass.Spec }, podClass, set);
    }

    /// <summary>A context as the host makes it: with what PreFilter and PreScore left.</summary>
    public PluginContext Context(IPlugin plugin, PodClass pod, long attempt = 0)
    {
        object? state = plugin switch
        {
            IPreFilterPlugin filter => filter.PreFilter(pod, Writer.Vocabulary).State,
            IPreScorePlugin score => score.PreScore(pod, Writer.Vocabulary).State,
            _ => null,
        };
        return new PluginContext(pod, state, State, attempt);
    }

    public int[] Scores(IScorePlugin plugin, PodClass pod, int block = 0, ulong? lanes = null, long attempt = 0)
    {
        int[] scores = new int[Block.Size];
        Block at = State.Blocks[block];
        plugin.Score(Context(plugin, pod, attempt), at, lanes ?? at.Nodes.Present, scores);
        return scores;
    }

    private void TryPlace(int node, long cpuMilli, DeviceRequest request, DeviceSet devices)
    {
        Block block = State.BlockOf(node);
        int lane = node % Block.Size;
        devices = new DeviceSet((ushort)(devices.Bits & block.Nodes.Shape(lane).All.Bits));
        while (devices.Count > request.Count)
        {
            devices = new DeviceSet((ushort)(devices.Bits & (devices.Bits - 1)));
        }

        if (block.Nodes.Allocatable(Vocabulary.CpuId)[lane] - block.Requested(Vocabulary.CpuId)[lane] < cpuMilli
            || !block.CanTake(lane, request, devices))
        {
            return;
        }

        PodClass podClass = Class(cpuMilli, request);
        State.Place(node, new Pod { Name = $"p{_pods++}", Spec = podClass.Spec }, podClass, devices);
    }
}
