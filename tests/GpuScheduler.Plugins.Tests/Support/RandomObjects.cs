using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

/// <summary>Random nodes and pods from small pools of names and amounts, so that things often meet and edges are met exactly.</summary>
internal static class RandomObjects
{
    private const long MiB = 1 << 20;

    private static readonly string[] Images = ["web:latest", "reg:5000/app:latest", "reg:5000/app:2", "db@sha256:0a", "tool:1"];
    private static readonly string[] PodImages = ["web", "web:latest", "reg:5000/app", "reg:5000/app:2", "db@sha256:0a", "tool:1", "unknown"];
    private static readonly string[] Generations = ["1", "2", "7", "12", "-3", "+4", "x", "", "9223372036854775808"];
    private static readonly string[] Values = ["a", "b", "c"];
    private static readonly string[] Keys = ["zone", "disk", "gen", "none"];

    public static Node Node(Random random, string name)
    {
        List<(string, string)> labels = [];
        foreach (string key in (string[])["zone", "disk"])
        {
            if (random.Next(4) > 0)
            {
                labels.Add((key, Pick(random, Values)));
            }
        }

        if (random.Next(3) > 0)
        {
            labels.Add(("gen", Pick(random, Generations)));
        }

        return new Node
        {
            Name = name,
            Labels = LabelSet.Of([.. labels]),
            Unschedulable = random.Next(4) == 0,
            Taints = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Taint(random)).DistinctBy(t => (t.Key, t.Effect))],
            Allocatable = Allocatable(random),
            Images = [.. Images.Where(_ => random.Next(3) == 0).Select(i => new ContainerImage([i, i + "-alias"], random.NextInt64(4000 * MiB)))],
        };
    }

    public static PodSpec Pod(Random random) => new()
    {
        NodeName = random.Next(10) == 0 ? $"n{random.Next(80)}" : "",
        Containers = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Container(random))],
        InitContainers = random.Next(4) == 0 ? [new Container { Image = Pick(random, PodImages) }] : [],
        Tolerations = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Toleration(random))],
        NodeSelector = random.Next(3) == 0 ? LabelSet.Of((Pick(random, Keys), Pick(random, Values))) : LabelSet.Empty,
        NodeAffinity = random.Next(2) == 0 ? null : Affinity(random),
    };

    public static NodeAffinity Affinity(Random random) => new()
    {
        Required = random.Next(3) == 0 ? null : Terms(random),
        Preferred = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new PreferredSchedulingTerm(random.Next(1, 101), Term(random)))],
    };

    private static ImmutableArray<NodeSelectorTerm> Terms(Random random)
    {
        bool named = random.Next(4) == 0;
        return [.. Enumerable.Range(0, random.Next(4)).Select(_ => named ? Named(random) : Term(random))];
    }

    private static NodeSelectorTerm Named(Random random) =>
        Term(random) with { MatchFields = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Name(random, NodeSelectorOperator.In))] };

    private static NodeSelectorTerm Term(Random random) => new()
    {
        MatchExpressions = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Requirement(random))],
        MatchFields = random.Next(4) == 0 ? [Name(random, (NodeSelectorOperator)random.Next(3))] : [],
    };

    private static NodeSelectorRequirement Name(Random random, NodeSelectorOperator @operator) =>
        new(random.Next(12) == 0 ? "metadata.uid" : "metadata.name", @operator, [random.Next(12) == 0 ? "" : $"n{random.Next(8)}"]);

    private static NodeSelectorRequirement Requirement(Random random)
    {
        NodeSelectorOperator @operator = (NodeSelectorOperator)random.Next(6);
        string[] values = random.Next(10) == 0
            ? [.. Enumerable.Range(0, random.Next(3)).Select(_ => Pick(random, Generations))]
            : @operator switch
            {
                NodeSelectorOperator.In or NodeSelectorOperator.NotIn => [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Pick(random, Values))],
                NodeSelectorOperator.Gt or NodeSelectorOperator.Lt => [Pick(random, Generations)],
                _ => [],
            };
        string key = @operator is NodeSelectorOperator.Gt or NodeSelectorOperator.Lt && random.Next(4) > 0 ? "gen" : Pick(random, Keys);
        return new NodeSelectorRequirement(key, @operator, [.. values]);
    }

    private static Taint Taint(Random random) => random.Next(6) == 0
        ? new Taint(WellKnownLabels.UnschedulableTaint, "", TaintEffect.NoSchedule)
        : new Taint(Pick(random, Keys), random.Next(2) == 0 ? "" : Pick(random, Values), (TaintEffect)random.Next(3));

    private static Toleration Toleration(Random random)
    {
        TaintEffect? effect = random.Next(3) == 0 ? null : (TaintEffect)random.Next(3);
        return random.Next(8) switch
        {
            0 => new Toleration("", TolerationOperator.Exists, "", effect),
            1 => new Toleration(WellKnownLabels.UnschedulableTaint, TolerationOperator.Exists, "", effect),
            2 or 3 or 4 => new Toleration(Pick(random, Keys), TolerationOperator.Exists, "", effect),
            _ => new Toleration(Pick(random, Keys), TolerationOperator.Equal, random.Next(2) == 0 ? "" : Pick(random, Values), effect),
        };
    }

    private static ResourceList Allocatable(Random random)
    {
        List<(string, long)> amounts = [(ResourceNames.Pods, Pick(random, [0L, 1, 2, 3, 110]))];
        Maybe(random, amounts, ResourceNames.Cpu, [0, 1000, 3999, 4000, 8000]);
        Maybe(random, amounts, ResourceNames.Memory, [0, 1000 * MiB, (4096 * MiB) + 1, 8192 * MiB, 1L << 50]);
        Maybe(random, amounts, ResourceNames.EphemeralStorage, [0, 3, 1000 * MiB]);
        Maybe(random, amounts, "hugepages-2Mi", [0, 4 * MiB, 64 * MiB]);
        Maybe(random, amounts, "example.com/foo", [0, 1, 8]);
        Maybe(random, amounts, "example.com/bar", [2]);
        Maybe(random, amounts, "other.org/baz", [5]);
        return ResourceList.Of([.. amounts]);
    }

    private static Container Container(Random random)
    {
        List<(string, long)> amounts = [];
        Maybe(random, amounts, ResourceNames.Cpu, [0, 1, 500, 1000, 4001]);
        Maybe(random, amounts, ResourceNames.Memory, [0, 1, 500 * MiB, 1000 * MiB, 5000 * MiB]);
        if (random.Next(2) == 0)
        {
            Maybe(random, amounts, ResourceNames.EphemeralStorage, [0, 1, 4]);
            Maybe(random, amounts, "hugepages-2Mi", [2 * MiB, 8 * MiB]);
            Maybe(random, amounts, "example.com/foo", [0, 1, 2]);
            Maybe(random, amounts, "example.com/bar", [1, 3]);
            Maybe(random, amounts, "other.org/baz", [1, 6]);
        }

        return new Container
        {
            Image = Pick(random, PodImages),
            Requests = ResourceList.Of([.. amounts]),
            HostPorts = random.Next(3) > 0 ? [] :
                [new HostPort(Pick(random, [HostPort.AnyAddress, "10.0.0.1", "10.0.0.2"]), Pick(random, ["TCP", "UDP"]), Pick(random, [80, 443]))],
        };
    }

    private static void Maybe(Random random, List<(string, long)> amounts, string name, long[] pool)
    {
        if (random.Next(4) > 0)
        {
            amounts.Add((name, Pick(random, pool)));
        }
    }

    private static T Pick<T>(Random random, T[] pool) => pool[random.Next(pool.Length)];
}
