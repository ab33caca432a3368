using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>A small random cluster with something running on it, and a gang.</summary>
internal sealed class GangCase
{
    public const string Zone = "zone", Rack = "rack", Clique = "clique", Pool = "pool";

    /// <summary>Broad to narrow; <see cref="Pool"/> is no level.</summary>
    public static readonly TopologyLevels Levels = new([Zone, Rack, Clique]);

    private readonly Random _random;

    /// <summary>Draws exclusive topology.</summary>
    private readonly Random _claims;
    private readonly PodSpec[] _specs;
    private readonly string? _label;
    private readonly Dictionary<string, (bool IsLabelled, ExclusiveTopology? Claim)> _claimOf = [];
    private int _pods;

    public GangCase(int seed)
    {
        _random = new Random(seed);
        _claims = new Random(~seed);
        _label = _claims.Next(2) == 0 ? ExclusiveTopology.Labels[_claims.Next(ExclusiveTopology.Labels.Length)] : null;
        Writer = new ClusterWriter(TieKeys.Seeded((ulong)seed));
        Writer.SetNodes(Enumerable.Range(0, _random.Next(2, 6)).Select(MakeNode));
        _specs = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => MakeSpec())];
        Occupy();
        Root = _random.Next(3) == 0 ? Leaf("", _random.Next(2, 7)) : Tree();
    }

    public ClusterWriter Writer { get; }

    public GroupUnit Root { get; }

    /// <summary>What is placed before the gang comes.</summary>
    public List<(Pod Pod, Node Node)> Running { get; } = [];

    public override string ToString() => string.Join(
        '\n',
        Enumerable.Range(0, Writer.Working.NodeCount).Select(n => $"{n}: {Writer.Working.NodeAt(n).Shape} "
            + $"{string.Join(' ', Writer.Working.NodeAt(n).Labels.Select(l => $"{l.Key}={l.Value}"))}")
            .Append(Describe(Root)).Concat(Root.Groups.Select(Describe)));

    private static string Describe(GroupUnit unit) =>
        $"{unit.Group}: {string.Join(' ', unit.Members.Select(m => $"{m.Class.Id}@{m.Node}({m.Class.Devices.Count}x{m.Class.Devices.Milli})"))}";

    private static bool Fits(Draft state, int node, PodClass podClass, out DeviceSet devices)
    {
        devices = DeviceSet.Empty;
        Block block = state.BlockOf(node);
        int lane = node % Block.Size;
        if (podClass.Requests.Any(r => block.Nodes.Allocatable(r.Resource)[lane] - block.Requested(r.Resource)[lane] < r.Amount)
            || block.Nodes.Allocatable(Vocabulary.PodsId)[lane] - block.Requested(Vocabulary.PodsId)[lane] < 1
            || podClass.Spec.Containers[0].HostPorts.Length > 0)
        {
            return false;
        }

        for (int device = 0; device < block.Nodes.Shape(lane).Count && devices.Count < podClass.Devices.Count; device++)
        {
            devices = block.FreeMilliOf(lane, device) >= podClass.Devices.Milli ? devices.With(device) : devices;
        }

        return devices.Count == podClass.Devices.Count;
    }

    private Node MakeNode(int i)
    {
        List<(string, string)> labels = [(TopologyLevels.Hostname, $"n{i}")];
        AddLabel(Zone, 9, 2);
        AddLabel(Rack, 8, 3);
        AddLabel(Clique, 5, 2);
        AddLabel(Pool, 7, 2);
        return new Node
        {
            Name = $"n{i}",
            Labels = LabelSet.Of([.. labels]),
            Allocatable = ResourceList.Of((ResourceNames.Cpu, _random.Next(2, 9) * 1000), (ResourceNames.Pods, _random.Next(2, 7))),
            Shape = DeviceShape.Uniform("T4", _random.Next(5), 16_000),
        };

        void AddLabel(string key, int inTen, int values)
        {
            if (_random.Next(10) < inTen)
            {
                labels.Add((key, $"{key[0]}{_random.Next(values)}"));
            }
        }
    }

    private PodSpec MakeSpec() => new()
    {
        SchedulerName = TestCluster.SchedulerName,
        Containers =
        [
            new Container
            {
                Requests = ResourceList.Of((ResourceNames.Cpu, _random.Next(1, 5) * 500)),
                HostPorts = _random.Next(12) == 0 ? [new HostPort("", "TCP", 80)] : [],
            },
        ],
        Devices = _random.Next(7) switch
        {
            0 => DeviceRequest.None,
            1 or 2 => new DeviceRequest { Count = 1, Milli = Device.FullMilli },
            3 => new DeviceRequest { Count = 2, Milli = Device.FullMilli },
            4 => new DeviceRequest { Count = 2, Milli = 500 },
            5 => new DeviceRequest { Count = 1, Milli = 300 + (100 * _random.Next(5)) },
            _ => new DeviceRequest { Count = 1, MemoryMiB = 5_000 },
        },
    };

    /// <summary>Puts a few other pods on the nodes.</summary>
    private void Occupy()
    {
        for (int i = _random.Next(6); i > 0; i--)
        {
            Run(Writer.Classes.Intern(MakeSpec()), Other(new Pod { Name = $"other-{_pods++}", Spec = _specs[0] }));
        }
    }

    private GangMember Member(string group)
    {
        PodClass podClass = Writer.Classes.Intern(_specs[_random.Next(2) == 0 ? 0 : _random.Next(_specs.Length)]);
        return _random.Next(12) == 0 && Run(podClass, Pod(podClass, group)) is { } running ? running : new GangMember(Pod(podClass, group), podClass);
    }

    private GangMember? Run(PodClass podClass, Pod pod)
    {
        int node = _random.Next(Writer.Working.NodeCount);
        if (podClass.Devices.MemoryMiB > 0 || !Fits(Writer.Working, node, podClass, out DeviceSet devices))
        {
            return null;
        }

        pod = pod with { Spec = podClass.Spec };
        Writer.Working.Place(node, pod, podClass, devices);
        Running.Add((pod, Writer.Working.NodeAt(node)));
        return new GangMember(pod, podClass, node);
    }

    /// <summary>Pods of one group of the gang are alike in what they claim; some groups carry no label.</summary>
    private Pod Pod(PodClass podClass, string group)
    {
        Pod pod = new() { Name = $"{group}-{_pods++}", Spec = podClass.Spec };
        if (_label is null)
        {
            return pod;
        }

        if (!_claimOf.TryGetValue(group, out (bool IsLabelled, ExclusiveTopology? Claim) drawn))
        {
            _claimOf.Add(group, drawn = (_claims.Next(4) > 0, _claims.Next(2) == 0 ? Claim() : null));
        }

        return drawn.IsLabelled ? Labelled(pod, "gang", drawn.Claim) : pod;
    }

    /// <summary>A pod of somebody else, which may be in another group.</summary>
    private Pod Other(Pod pod)
    {
        pod = pod with { Namespace = _claims.Next(3) == 0 ? "elsewhere" : pod.Namespace };
        return _label is null || _claims.Next(2) == 0 ? pod : Labelled(pod, $"other-{_claims.Next(2)}", _claims.Next(2) == 0 ? Claim() : null);
    }

    private Pod Labelled(Pod pod, string value, ExclusiveTopology? claim) => pod with
    {
        Labels = LabelSet.Of((_label!, value)),
        Gang = new GangMembership(new GangKey(_label!, pod.Namespace, value)) { Exclusive = claim is null ? [] : [claim] },
    };

    private ExclusiveTopology Claim() => new(new[] { Zone, Rack, Clique, Pool, TopologyLevels.Hostname }[_claims.Next(5)], _label!, _claims.Next(2) == 0);

    private string? Level(int inTen) =>
        _random.Next(10) < inTen ? new[] { Zone, Rack, Clique, Pool, TopologyLevels.Hostname }[_random.Next(5)] : null;

    private GroupUnit Leaf(string name, int size)
    {
        ImmutableArray<GangMember> members = [.. Enumerable.Range(0, size).Select(_ => Member(name))];
        GangGroup group = new()
        {
            Name = name,
            MinPods = _random.Next(4) == 0 ? _random.Next(1, size + 1) : size,
            RequiredLevel = Level(3),
            PreferredLevel = Level(2),
            SpreadLevel = Level(1),
        };
        return new GroupUnit(group, [], members);
    }

    private GroupUnit Tree()
    {
        int parts = _random.Next(2, 4);
        ImmutableArray<GroupUnit> groups = [.. Enumerable.Range(0, parts).Select(i => Leaf($"g{i}", _random.Next(1, 6 / parts + 1)))];
        if (Level(1) is { } shared)
        {
            groups = groups.SetItem(0, groups[0] with { Group = groups[0].Group with { SharedWith = "g1", SharedLevel = shared } });
        }

        int size = groups.Sum(g => g.Members.Length);
        GangGroup group = new()
        {
            MinPods = _random.Next(3) == 0 ? _random.Next(0, size + 1) : 0,
            MinGroups = _random.Next(5) == 0 ? _random.Next(1, parts + 1) : null,
            RequiredLevel = Level(3),
            PreferredLevel = Level(1),
            SpreadLevel = Level(1),
        };
        return new GroupUnit(group, groups, []);
    }
}
