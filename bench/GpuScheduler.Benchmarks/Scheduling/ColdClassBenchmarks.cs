using BenchmarkDotNet.Attributes;
using GpuScheduler.Cluster;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Benchmarks;

/// <summary>The first question about a class: every node is looked at. Divide by the number of nodes for the cost of one.</summary>
public class ColdClassBenchmarks
{
    private ClusterWriter _writer = null!;

    /// <summary>A share that chooses a zone, a third of the nodes, and one that may go anywhere.</summary>
    private PodClass _share = null!;
    private PodClass _anywhere = null!;

    private Evaluator _byFilters = null!;
    private Evaluator _byLean = null!;
    private Evaluator _byFull = null!;

    [Params(10_000, 100_000)]
    public int Nodes { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _writer = BenchCluster.Make(Nodes);
        PodClass[] classes = BenchCluster.Classes(_writer);
        BenchCluster.Fill(_writer, classes, 0.66);
        _byFilters = new Evaluator(Profiles.FiltersOnly(), parallelism: Threads);
        _byLean = new Evaluator(Profiles.Lean(_writer, classes), parallelism: Threads);
        _byFull = new Evaluator(Profiles.Default(_writer, classes), parallelism: Threads);
        _share = classes[14];
        _anywhere = classes[13];
    }

    [Benchmark(Baseline = true)]
    public Decision Filters() => First(_byFilters, _share);

    [Benchmark]
    public Decision FiltersAndScores() => First(_byLean, _share);

    [Benchmark]
    public Decision FiltersAndScoresAnywhere() => First(_byLean, _anywhere);

    [Benchmark]
    public Decision DefaultProfile() => First(_byFull, _share);

    private Decision First(Evaluator evaluator, PodClass podClass)
    {
        evaluator.Forget(podClass);
        return evaluator.Decide(podClass, _writer.Working, 0);
    }
}
