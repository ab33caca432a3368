using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// The nodes of a block as they are, whatever is placed on them: columns and inverted indexes over up to 64 lanes.
/// Never changes; copies of a block share it until one of its nodes changes.
/// </summary>
public sealed class BlockNodes
{
    private static readonly long[] Zeros = new long[Block.Size];
    private static readonly double[] NoPercents = new double[Block.Size];

    private readonly Node?[] _nodes;
    private readonly NodeColumns _columns = new();

    /// <summary>Amounts of resources that have no place in <see cref="_columns"/>.</summary>
    private readonly long[]?[] _otherAmounts;
    private readonly DeviceShape[] _shapes;
    private readonly ulong[] _regimes = new ulong[4];
    private readonly ulong[] _offering;
    private readonly long[] _most;
    private readonly Vocabulary _vocabulary;

    // Built on first use: most runs ask for few labels. Two threads may both build it; either copy is right.
    private MaskIndex? _labels;
    private MaskIndex? _labelKeys;
    private readonly double[]?[] _otherPercents;

    internal BlockNodes(long stamp, Node?[] nodes, Vocabulary vocabulary, Func<string, ulong> tieKey)
    {
        Stamp = stamp;
        _nodes = nodes;
        _vocabulary = vocabulary;
        _shapes = new DeviceShape[Block.Size];
        Array.Fill(_shapes, DeviceShape.None);
        Span<ulong> tieKeys = _columns.TieKeys;
        long[]?[] otherAmounts = [];
        Dictionary<int, ulong> taints = [], shapes = [];
        Dictionary<(int, long), ulong> images = [];
        HashSet<int> named = [];
        for (int lane = 0; lane < Block.Size; lane++)
        {
            if (nodes[lane] is not { } node)
            {
                continue;
            }

            ulong bit = 1UL << lane;
            Present |= bit;
            tieKeys[lane] = tieKey(node.Name);
            _shapes[lane] = node.Shape;
            _regimes[(int)node.Regime] |= bit;
            Slots = Math.Max(Slots, node.Shape.Count);
            if (node.Unschedulable)
            {
                Unschedulable |= bit;
            }

            foreach ((string name, long amount) in node.Allocatable)
            {
                int id = vocabulary.Resources.Intern(name);
                if (NodeColumns.HoldsAmount(id))
                {
                    _columns.Allocatable(id)[lane] = amount;
                    continue;
                }

                if (id >= otherAmounts.Length)
                {
                    Array.Resize(ref otherAmounts, id + 1);
                }

                (otherAmounts[id] ??= new long[Block.Size])[lane] = amount;
            }

            foreach (Taint taint in node.Taints)
            {
                AddTo(taints, vocabulary.Taints.Intern(taint), bit);
            }

            AddTo(shapes, vocabulary.Shapes.Intern(node.Shape), bit);
            named.Clear();
            foreach (ContainerImage image in node.Images)
            {
                foreach (string name in image.Names)
                {
                    // A name that a node lists twice is still one image there: the first counts.
                    int id = vocabulary.Images.Intern(name);
                    if (named.Add(id))
                    {
                        AddTo(images, (id, image.SizeBytes), bit);
                    }
                }
            }
        }

        for (int resource = 0; NodeColumns.HoldsPercent(resource); resource++)
        {
            FillPercents(_columns.Allocatable(resource), _columns.Percent(resource));
        }

        _otherAmounts = otherAmounts;
        _offering = [.. Enumerable.Range(0, Math.Max(otherAmounts.Length, Vocabulary.PodsId + 1)).Select(r => ColumnMask.AtLeast(Allocatable(r), 1))];
        _most = [.. Enumerable.Range(0, _offering.Length).Select(r => MostOf(Allocatable(r)))];
        _otherPercents = new double[Math.Max(otherAmounts.Length, Vocabulary.PodsId + 1)][];
        Taints = [.. taints.OrderBy(t => t.Key).Select(t => new LaneGroup<Taint>(vocabulary.Taints[t.Key], t.Key, t.Value))];
        Shapes = [.. shapes.OrderBy(s => s.Key).Select(s => new LaneGroup<DeviceShape>(vocabulary.Shapes[s.Key], s.Key, s.Value))];
        Images = [.. images.OrderBy(i => i.Key).Select(i => new ImageGroup(i.Key.Item1, i.Key.Item2, i.Value))];
    }

    /// <summary>Identifies this content: two with the same stamp are the same.</summary>
    public long Stamp { get; }

    /// <summary>Lanes that hold a node.</summary>
    public ulong Present { get; }

    /// <summary>Lanes whose node is cordoned.</summary>
    public ulong Unschedulable { get; }

    /// <summary>The most devices that a node of the block has.</summary>
    public int Slots { get; }

    /// <summary>Taints of the block's nodes.</summary>
    public ImmutableArray<LaneGroup<Taint>> Taints { get; }

    /// <summary>Device shapes of the block's nodes, <see cref="DeviceShape.None"/> included.</summary>
    public ImmutableArray<LaneGroup<DeviceShape>> Shapes { get; }

    /// <summary>Images that the block's nodes hold, in order of number.</summary>
    public ImmutableArray<ImageGroup> Images { get; }

    /// <summary>Order among nodes of equal score: the lowest key wins.</summary>
    public ReadOnlySpan<ulong> TieKeys => _columns.TieKeys;

    /// <summary>The node of a lane that is <see cref="Present"/>.</summary>
    public Node this[int lane] => _nodes[lane]!;

    /// <summary>The device shape of a lane.</summary>
    public DeviceShape Shape(int lane) => _shapes[lane];

    /// <summary>Lanes whose node hands out devices in this way.</summary>
    public ulong InRegime(AllocationRegime regime) => _regimes[(int)regime];

    /// <summary>What the nodes offer of a resource, lane by lane.</summary>
    public ReadOnlySpan<long> Allocatable(int resource) => NodeColumns.HoldsAmount(resource) ? _columns.Allocatable(resource)
        : resource < _otherAmounts.Length && _otherAmounts[resource] is { } column ? column : Zeros;

    /// <summary>Lanes whose node offers some of a resource.</summary>
    public ulong Offering(int resource) => resource < _offering.Length ? _offering[resource] : 0;

    /// <summary>The most that a node of the block offers of a resource.</summary>
    public long Most(int resource) => resource < _most.Length ? _most[resource] : 0;

    /// <summary>100 / <see cref="Allocatable"/>, lane by lane; 0 where nothing is offered. Multiplying costs a fraction of dividing.</summary>
    public ReadOnlySpan<double> PercentPerUnit(int resource) => NodeColumns.HoldsPercent(resource) ? _columns.Percent(resource)
        : resource < _otherPercents.Length ? _otherPercents[resource] ??= PercentsOf(Allocatable(resource)) : NoPercents;

    /// <summary>Lanes with this label (number of key and value).</summary>
    public ulong WithLabel(int label) => (_labels ??= IndexLabels())[label];

    /// <summary>Lanes that have this label key, whatever the value.</summary>
    public ulong WithLabelKey(int labelKey) => (_labelKeys ??= IndexLabelKeys())[labelKey];

    internal Node?[] CopyNodes() => (Node?[])_nodes.Clone();

    private static void AddTo<TKey>(Dictionary<TKey, ulong> masks, TKey key, ulong bit)
        where TKey : notnull => masks[key] = masks.GetValueOrDefault(key) | bit;

    private static long MostOf(ReadOnlySpan<long> amounts)
    {
        long most = 0;
        foreach (long amount in amounts)
        {
            most = Math.Max(most, amount);
        }

        return most;
    }

    private static double[] PercentsOf(ReadOnlySpan<long> amounts)
    {
        double[] percents = new double[Block.Size];
        FillPercents(amounts, percents);
        return percents;
    }

    private static void FillPercents(ReadOnlySpan<long> amounts, Span<double> percents)
    {
        for (int lane = 0; lane < Block.Size; lane++)
        {
            percents[lane] = amounts[lane] == 0 ? 0 : 100.0 / amounts[lane];
        }
    }

    private MaskIndex IndexLabels()
    {
        Dictionary<int, ulong> masks = [];
        foreach (int lane in new Lanes(Present))
        {
            foreach ((string key, string value) in _nodes[lane]!.Labels)
            {
                AddTo(masks, _vocabulary.Labels.Intern((key, value)), 1UL << lane);
            }
        }

        return new MaskIndex(masks);
    }

    private MaskIndex IndexLabelKeys()
    {
        Dictionary<int, ulong> masks = [];
        foreach (int lane in new Lanes(Present))
        {
            foreach (string key in _nodes[lane]!.Labels.Keys)
            {
                AddTo(masks, _vocabulary.LabelKeys.Intern(key), 1UL << lane);
            }
        }

        return new MaskIndex(masks);
    }
}
