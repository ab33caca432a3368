using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

/// <summary>
/// A cluster of up to 150 nodes with pods on them, at random from a seed, and pods to ask about. Names, labels and amounts come from small
/// pools, so that they meet often and edges are hit exactly.
/// </summary>
internal sealed class RandomCluster
{
    public const string Device = "example.com/device", HugePages = "hugepages-2Mi";

    private static readonly string[] LabelKeys = ["zone", "tier", "disk"];
    private static readonly string[] LabelValues = ["a", "b", "3", "7", "-2", "12x", ""];
    private static readonly string[] TaintKeys = ["gpu", "spot", "team"];
    private static readonly string[] Images = ["busybox:latest", "registry:5000/train:v1", "registry:5000/train:latest", "serve@sha256:0", "big:1"];
    private static readonly string[] ContainerImages = [.. Images, "busybox", "registry:5000/train", "absent", ""];

    private readonly Random _random;
    private readonly Dictionary<string, List<PodClass>> _placed = [];

    public RandomCluster(int seed)
    {
        _random = new Random(seed);
        int count = _random.Next(1, 150);
        Writer.SetNodes(Enumerable.Range(0, count).Select(i => Node($"n{i}")));
        for (int i = 0; i < count * 3; i++)
        {
            Place(_random.Next(count), Writer.Classes.Intern(Spec()));
        }

        for (int i = _random.Next(4); i > 0; i--)
        {
            string name = $"n{_random.Next(count)}";
            Writer.RemoveNode(name);
            _placed.Remove(name);
        }

        // Some nodes change under their pods, and bring labels and taints that nobody has seen before.
        for (int i = _random.Next(4); i > 0; i--)
        {
            string name = $"n{_random.Next(count)}";
            Writer.SetNodes(Node(name) with { Taints = [new Taint($"late{i}", "", TaintEffect.NoSchedule), new Taint($"late{i}", "x", TaintEffect.PreferNoSchedule)] });
        }
    }

    public ClusterWriter Writer { get; } = new(TieKeys.Seeded(7));

    public Draft State => Writer.Working;

    public IReadOnlyList<PodClass> PodsOn(Node node) => _placed.GetValueOrDefault(node.Name) ?? [];

    public ulong RandomLanes() => _random.Next(4) switch
    {
        0 => 1UL << _random.Next(64),
        1 => (ulong)_random.NextInt64() & (ulong)_random.NextInt64() & (ulong)_random.NextInt64(),
        2 => ulong.MaxValue,
        _ => (ulong)_random.NextInt64(),
    };

    public int Next(int most) => _random.Next(most);

    public PodClass RandomPod() => Writer.Classes.Intern(Spec());

    public PodSpec Spec() => new()
    {
        Containers = [.. Many(3, i => Container($"c{i}"))],
        InitContainers = [.. Many(2, i => Container($"i{i}") with { IsSidecar = Maybe() })],
        NodeName = _random.Next(4) == 0 ? $"n{_random.Next(150)}" : "",
        NodeSelector = LabelSet.Of([.. Many(2, _ => (Any(LabelKeys), Any(LabelValues)))]),
        NodeAffinity = _random.Next(3) == 0 ? null : Affinity(),
        Tolerations = [.. Many(4, _ => Toleration())],
    };

    public NodeAffinity Affinity() => new()
    {
        Required = Maybe() ? [.. Many(3, _ => Term())] : null,
        Preferred = [.. Many(4, _ => new PreferredSchedulingTerm(_random.Next(1, 101), Term()))],
    };

    public Node Node(string name) => new()
    {
        Name = name,
        Labels = LabelSet.Of([.. Many(4, _ => (Any(LabelKeys), Any(LabelValues)))]),
        Taints = [.. Many(3, _ => new Taint(Any(TaintKeys), Any(["", "x"]), (TaintEffect)_random.Next(3))).Distinct()],
        Unschedulable = _random.Next(4) == 0,
        Allocatable = ResourceList.Of([.. new[]
        {
            (ResourceNames.Cpu, (long)_random.Next(20) * 500),
            (ResourceNames.Memory, _random.Next(40) == 0 ? long.MaxValue / 4 : _random.NextInt64(16L << 30)),
            (ResourceNames.EphemeralStorage, _random.Next(5) << 20),
            (ResourceNames.Pods, _random.Next(8)),
            (Device, _random.Next(4)),
            (HugePages, _random.Next(4) << 20),
        }.Where(_ => _random.Next(8) > 0)]),
        Images = [.. Images.Where(_ => Maybe()).Select(i => new ContainerImage([i], i == "big:1" ? 3L << 30 : _random.NextInt64(900L << 20)))],
    };

    private Container Container(string name) => new()
    {
        Name = name,
        Image = Any(ContainerImages),
        Requests = ResourceList.Of([.. new[]
        {
            (ResourceNames.Cpu, (long)_random.Next(5) * 250),
            (ResourceNames.Memory, _random.NextInt64(2L << 30)),
            (ResourceNames.EphemeralStorage, _random.Next(3) << 20),
            (Device, _random.Next(3)),
            (HugePages, _random.Next(2) << 20),
        }.Where(_ => Maybe())]),
        HostPorts = [.. Many(2, _ => new HostPort(Any([HostPort.AnyAddress, "10.0.0.1", "10.0.0.2"]), Any(["TCP", "UDP"]), 80 + _random.Next(3)))],
    };

    private Toleration Toleration() => new(
        Any([.. TaintKeys, ""]), Maybe() ? TolerationOperator.Exists : TolerationOperator.Equal, Any(["", "x"]), _random.Next(4) switch
        {
            3 => null,
            int effect => (TaintEffect)effect,
        });

    private NodeSelectorTerm Term() => new()
    {
        MatchExpressions = [.. Many(3, _ => new NodeSelectorRequirement(
            Any(LabelKeys), (NodeSelectorOperator)_random.Next(6), [.. Many(3, _ => Any([.. LabelValues, "never"]))]))],
        MatchFields = [.. Many(2, _ => new NodeSelectorRequirement(
            _random.Next(8) == 0 ? "metadata.namespace" : "metadata.name",
            _random.Next(10) == 0 ? NodeSelectorOperator.Exists : (NodeSelectorOperator)_random.Next(2),
            [.. Enumerable.Range(0, _random.Next(10) == 0 ? 2 : 1).Select(_ => $"n{_random.Next(6)}")]))],
    };

    private void Place(int node, PodClass podClass)
    {
        State.Place(node, new Pod { Name = "p", Spec = podClass.Spec }, podClass, DeviceSet.Empty);
        string name = State.NodeAt(node).Name;
        if (!_placed.TryGetValue(name, out List<PodClass>? pods))
        {
            _placed.Add(name, pods = []);
        }

        pods.Add(podClass);
    }

    private bool Maybe() => _random.Next(2) == 0;

    private T Any<T>(T[] pool) => pool[_random.Next(pool.Length)];

    private IEnumerable<T> Many<T>(int below, Func<int, T> make) => Enumerable.Range(0, _random.Next(below)).Select(make);
}
