using BenchmarkDotNet.Attributes;
using GpuScheduler.Cluster;

namespace GpuScheduler.Benchmarks;

/// <summary>A pod through the whole loop (queue, filter, score, devices, commit; one leaves), against an engine that looks at every node.</summary>
[MemoryDiagnoser]
public class DecisionBenchmarks
{
    private Churn _churn = null!;
    private ClusterWriter _writer = null!;
    private PodClass[] _classes = null!;
    private NodeByNodeEngine _naive = null!;
    private Pod[] _pods = null!;
    private readonly Queue<(int Node, Pod Pod)> _running = new();
    private int _turn;

    [Params(1_000, 10_000, 100_000)]
    public int Nodes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _churn = new Churn(Nodes);
        _writer = BenchCluster.Make(Nodes);
        _classes = BenchCluster.Classes(_writer);
        BenchCluster.Fill(_writer, _classes, 0.66);
        _naive = new NodeByNodeEngine(Profiles.Default(_writer, _classes));
        _pods = [.. Enumerable.Range(0, 1024).Select(i => new Pod { Name = $"pod-{i}", Spec = _classes[i % _classes.Length].Spec })];
    }

    [Benchmark(Baseline = true)]
    public int NodeByNode()
    {
        if (_running.Count == 512)
        {
            (int from, Pod gone) = _running.Dequeue();
            _writer.Working.Remove(from, gone);
        }

        PodClass podClass = _classes[_turn % _classes.Length];
        Pod pod = _pods[_turn % _pods.Length];
        _turn++;
        (int node, DeviceSet devices) = _naive.Decide(podClass, _writer.Working);
        if (node >= 0 && pod.Spec == podClass.Spec)
        {
            _writer.Working.Place(node, pod, podClass, devices);
            _running.Enqueue((node, pod));
        }

        _writer.Working.Settle();
        return node;
    }

    [Benchmark]
    public int WholeLoop() => _churn.Step();
}
