using BenchmarkDotNet.Attributes;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Benchmarks;

/// <summary>The first question about a class: every node is looked at. Divide by the number of nodes for the cost of one.</summary>
public class ColdClassBenchmarks
{
    private ClusterWriter _writer = null!;
    private Profile _filters = null!;
    private Profile _lean = null!;
    private Profile _full = null!;

    /// <summary>A share that chooses a zone, a third of the nodes, and one that may go anywhere.</summary>
    private PodClass _share = null!;
    private PodClass _anywhere = null!;

    [Params(10_000, 100_000)]
    public int Nodes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _writer = BenchCluster.Make(Nodes);
        PodClass[] classes = BenchCluster.Classes(_writer);
        BenchCluster.Fill(_writer, classes, 0.66);
        _filters = Profiles.FiltersOnly();
        _lean = Profiles.Lean(_writer, classes);
        _full = Profiles.Default(_writer, classes);
        _share = classes[14];
        _anywhere = classes[13];
        new Evaluator(_lean).Decide(_share, _writer.Working, 0);
    }

    [Benchmark(Baseline = true)]
    public Decision Filters() => new Evaluator(_filters).Decide(_share, _writer.Working, 0);

    [Benchmark]
    public Decision FiltersAndScores() => new Evaluator(_lean).Decide(_share, _writer.Working, 0);

    [Benchmark]
    public Decision FiltersAndScoresAnywhere() => new Evaluator(_lean).Decide(_anywhere, _writer.Working, 0);

    [Benchmark]
    public Decision DefaultProfile() => new Evaluator(_full).Decide(_share, _writer.Working, 0);
}
