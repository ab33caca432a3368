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
    /// <summary>How many classes take turns at being new.</summary>
    private const int NewClasses = 128;

    private ClusterWriter _writer = null!;
    private GroupUnit[] _new = null!;
    private int _turn;
    private Evaluator _evaluator = null!;
    private GangPlacer _placer = null!;
    private GroupUnit _gang = null!;
    private GroupUnit _tooLarge = null!;
    private GroupUnit _mixed = null!;

    [GlobalSetup]
    public void Setup()
    {
        _writer = GangCluster.Make(5_000);
        PodClass whole = GangCluster.Class(_writer, 8);
        _new = [.. Enumerable.Range(1, NewClasses).Select(i => GangCluster.Gang(GangCluster.Class(_writer, 8, cpuMilli: 8_000 + i), "new", 512))];
        _evaluator = new Evaluator(Profiles.Default(_writer, BenchCluster.Classes(_writer)));
        _placer = new GangPlacer(_evaluator, GangCluster.Levels, new GangPlacerOptions());
        _gang = GangCluster.Gang(whole, "large", 512);
        _tooLarge = _gang with { Group = _gang.Group with { RequiredLevel = "topology.kubernetes.io/rack" } };
        PodClass half = GangCluster.Class(_writer, 4);
        _mixed = new GroupUnit(
            new GangGroup { Name = "mixed", MinPods = 96, RequiredLevel = "topology.kubernetes.io/block" },
            [
                GangCluster.Gang(whole, "decode", 64),
                GangCluster.Gang(half, "prefill", 32) with { Group = new GangGroup { Name = "prefill", MinPods = 32, RequiredLevel = "topology.kubernetes.io/rack" } },
            ],
            []);
    }

    /// <summary>The first question about a class, always another one: nothing is known of it on any node. The domains are known.</summary>
    [Benchmark]
    public GangOutcome Cold() => Once(NextNew());

    /// <summary>The first question about a class by a single pod, which is decided and not placed: what of the gang's time is the class's.</summary>
    [Benchmark]
    public Decision ColdPod() => _evaluator.Decide(NextNew().Members[0].Class, _writer.Working, 0);

    /// <summary>A new class, and the domains are not known either.</summary>
    [Benchmark]
    public GangOutcome ColdWithDomains()
    {
        _placer = new GangPlacer(_evaluator, GangCluster.Levels, new GangPlacerOptions());
        return Once(NextNew());
    }

    [Benchmark]
    public GangOutcome Warm() => Once(_gang);

    /// <summary>It must go into one rack, which none can take.</summary>
    [Benchmark]
    public GangOutcome CannotFit() => Once(_tooLarge);

    /// <summary>Two groups of different pods in one block, one of them in one rack: searched for.</summary>
    [Benchmark]
    public GangOutcome TwoGroups() => Once(_mixed);

    private GroupUnit NextNew()
    {
        GroupUnit gang = _new[_turn++ % NewClasses];
        _evaluator.Forget(gang.Members[0].Class);
        return gang;
    }

    private GangOutcome Once(GroupUnit gang)
    {
        int mark = _writer.Working.Mark();
        GangOutcome outcome = _placer.Place(gang, _writer.Working, 0).Outcome;
        _writer.Working.RollBack(mark);
        return outcome;
    }
}
