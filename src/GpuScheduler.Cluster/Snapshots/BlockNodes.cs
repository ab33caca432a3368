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
    private readonly long[]?[] _allocatable;
    private readonly ulong[] _tieKeys;
    private readonly DeviceShape[] _shapes;
    private readonly ulong[] _regimes = new ulong[4];
    private readonly Vocabulary _vocabulary;

    // Built on first use: most runs ask for few labels. Two threads may both build it; either copy is right.
    private MaskIndex? _labels;
    private MaskIndex? _labelKeys;
    private readonly double[]?[] _percents;

    internal BlockNodes(long stamp, Node?[] nodes, Vocabulary vocabulary, Func<string, ulong> tieKey)
    {
        Stamp = stamp;
        _nodes = nodes;
        _vocabulary = vocabulary;
        _tieKeys = new ulong[Block.Size];
        _shapes = new DeviceShape[Block.Size];
        Array.Fill(_shapes, DeviceShape.None);
        long[]?[] allocatable = new long[vocabulary.Resources.Count][];
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
            _tieKeys[lane] = tieKey(node.Name);
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
                if (id >= allocatable.Length)
                {
                    Array.Resize(ref allocatable, id + 1);
                }

                (allocatable[id] ??= new long[Block.Size])[lane] = amount;
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

        _allocatable = allocatable;
        _percents = new double[allocatable.Length][];
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
    public ReadOnlySpan<ulong> TieKeys => _tieKeys;

    /// <summary>The node of a lane that is <see cref="Present"/>.</summary>
    public Node this[int lane] => _nodes[lane]!;

    /// <summary>The device shape of a lane.</summary>
    public DeviceShape Shape(int lane) => _shapes[lane];

    /// <summary>Lanes whose node hands out devices in this way.</summary>
    public ulong InRegime(AllocationRegime regime) => _regimes[(int)regime];

    /// <summary>What the nodes offer of a resource, lane by lane.</summary>
    public ReadOnlySpan<long> Allocatable(int resource) =>
        resource < _allocatable.Length && _allocatable[resource] is { } column ? column : Zeros;

    /// <summary>100 / <see cref="Allocatable"/>, lane by lane; 0 where nothing is offered. Multiplying costs a fraction of dividing.</summary>
    public ReadOnlySpan<double> PercentPerUnit(int resource) =>
        resource < _allocatable.Length && _allocatable[resource] is { } column ? _percents[resource] ??= PercentsOf(column) : NoPercents;

    /// <summary>Lanes with this label (number of key and value).</summary>
    public ulong WithLabel(int label) => (_labels ??= IndexLabels())[label];

    /// <summary>Lanes that have this label key, whatever the value.</summary>
    public ulong WithLabelKey(int labelKey) => (_labelKeys ??= IndexLabelKeys())[labelKey];

    internal Node?[] CopyNodes() => (Node?[])_nodes.Clone();

    private static void AddTo<TKey>(Dictionary<TKey, ulong> masks, TKey key, ulong bit)
        where TKey : notnull => masks[key] = masks.GetValueOrDefault(key) | bit;

    private static double[] PercentsOf(long[] column) => Array.ConvertAll(column, amount => amount == 0 ? 0 : 100.0 / amount);

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
