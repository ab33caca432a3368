using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

/// <summary>A cluster for plugin tests that remembers what it placed, so that oracles need no column of a block.</summary>
internal sealed class KubeCluster
{
    private readonly Dictionary<string, List<Pod>> _placed = [];
    private int _pods;

    public KubeCluster(params IEnumerable<Node> nodes)
    {
        Writer = new ClusterWriter(TieKeys.Seeded(11));
        Writer.SetNodes(nodes);
    }

    public ClusterWriter Writer { get; }

    public Draft State => Writer.Working;

    /// <summary>Up to 150 nodes, some of them gone again, with pods on them, some of them on more than they offer.</summary>
    public static KubeCluster Random(Random random)
    {
        int count = random.Next(1, 150);
        KubeCluster cluster = new(Enumerable.Range(0, count).Select(i => RandomObjects.Node(random, $"n{i}")));
        for (int i = random.Next(count * 4); i > 0; i--)
        {
            cluster.Place($"n{random.Next(count)}", RandomObjects.Pod(random));
        }

        for (int i = random.Next(4); i > 0; i--)
        {
            string gone = $"n{random.Next(count)}";
            cluster.Writer.RemoveNode(gone);
            cluster._placed.Remove(gone);
        }

        return cluster;
    }

    public PodClass Class(PodSpec spec) => Writer.Classes.Intern(spec);

    public Pod Place(string node, PodSpec spec)
    {
        PodClass podClass = Class(spec);
        Pod pod = new() { Name = $"p{_pods++}", Spec = podClass.Spec };
        State.Place(IndexOf(node), pod, podClass, DeviceSet.Empty);
        if (!_placed.TryGetValue(node, out List<Pod>? pods))
        {
            _placed[node] = pods = [];
        }

        pods.Add(pod);
        return pod;
    }

    public int IndexOf(string node)
    {
        for (int i = 0; i < State.Blocks.Length * Block.Size; i++)
        {
            if ((State.BlockOf(i).Nodes.Present >> (i % Block.Size) & 1) != 0 && State.NodeAt(i).Name == node)
            {
                return i;
            }
        }

        throw new ArgumentException($"no node {node}");
    }

    public NodeState NodeState(int block, int lane)
    {
        Node node = State.Blocks[block].Nodes[lane];
        return new NodeState(node, [.. _placed.GetValueOrDefault(node.Name, []).Select(p => p.Spec)]);
    }

    public Node[] Nodes()
    {
        List<Node> nodes = [];
        foreach (Block block in State.Blocks)
        {
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                nodes.Add(block.Nodes[lane]);
            }
        }

        return [.. nodes];
    }

    public PluginContext Context(PodClass pod, object? state = null) => new(pod, state, State, 0);

    /// <summary>The reasons and the code that a filter gives for one node, as the host would ask.</summary>
    public Verdict Ask<T>(T plugin, PodSpec spec, string node)
        where T : IFilterPlugin
    {
        PodClass pod = Class(spec);
        object? state = null;
        if (plugin is IPreFilterPlugin pre)
        {
            PreFilterResult result = pre.PreFilter(pod, Writer.Vocabulary);
            if (result.Status.Code == StatusCode.Skip)
            {
                return Verdict.Passes;
            }

            state = result.State;
        }

        int index = IndexOf(node);
        return PluginCheck.VerdictOf(plugin, Context(pod, state), State.BlockOf(index), index % Block.Size);
    }

    /// <summary>The raw score of one node; null where PreScore leaves the plugin out.</summary>
    public long? Score(IScorePlugin plugin, PodSpec spec, string node)
    {
        PodClass pod = Class(spec);
        object? state = null;
        if (plugin is IPreScorePlugin pre)
        {
            PreScoreResult result = pre.PreScore(pod, Writer.Vocabulary);
            if (result.Status.Code == StatusCode.Skip)
            {
                return null;
            }

            state = result.State;
        }

        int index = IndexOf(node), lane = index % Block.Size;
        int[] scores = new int[Block.Size];
        plugin.Score(Context(pod, state), State.BlockOf(index), 1UL << lane, scores);
        return scores[lane];
    }
}
