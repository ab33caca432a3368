using BenchmarkDotNet.Attributes;
using GpuScheduler.Cluster;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// Where a gang of 512 whole nodes goes, of 5,000 nodes (40,000 GPUs) with four topology levels: decided, placed in the working state, and taken back.
/// </summary>
[MemoryDiagnoser]
public class LargeGangBenchmarks
{
    private ClusterWriter _writer = null!;
    private Evaluator _evaluator = null!;
    private GangPlacer _placer = null!;
    private PodClass _class = null!;
    private GroupUnit _gang = null!;
    private GroupUnit _tooLarge = null!;
    private GroupUnit _mixed = null!;

    [GlobalSetup]
    public void Setup()
    {
        _writer = GangCluster.Make(5_000);
        _class = GangCluster.Class(_writer, 8);
        _evaluator = new Evaluator(Profiles.Default(_writer, BenchCluster.Classes(_writer)));
        _placer = new GangPlacer(_evaluator, GangCluster.Levels, new GangPlacerOptions());
        _gang = GangCluster.Gang(_class, "large", 512);
        _tooLarge = _gang with { Group = _gang.Group with { RequiredLevel = "topology.kubernetes.io/rack" } };
        PodClass half = GangCluster.Class(_writer, 4);
        _mixed = new GroupUnit(
            new GangGroup { Name = "mixed", MinPods = 96, RequiredLevel = "topology.kubernetes.io/block" },
            [
                GangCluster.Gang(_class, "decode", 64),
                GangCluster.Gang(half, "prefill", 32) with { Group = new GangGroup { Name = "prefill", MinPods = 32, RequiredLevel = "topology.kubernetes.io/rack" } },
            ],
            []);
    }

    /// <summary>The first question about the class: nothing is known of any node.</summary>
    [Benchmark]
    public GangOutcome Cold()
    {
        _evaluator.Forget(_class);
        return Once(_gang);
    }

    [Benchmark]
    public GangOutcome Warm() => Once(_gang);

    /// <summary>It must go into one rack, which none can take.</summary>
    [Benchmark]
    public GangOutcome CannotFit() => Once(_tooLarge);

    /// <summary>Two groups of different pods in one block, one of them in one rack: searched for.</summary>
    [Benchmark]
    public GangOutcome TwoGroups() => Once(_mixed);

    private GangOutcome Once(GroupUnit gang)
    {
        int mark = _writer.Working.Mark();
        GangOutcome outcome = _placer.Place(gang, _writer.Working, 0).Outcome;
        _writer.Working.RollBack(mark);
        return outcome;
    }
}
