using BenchmarkDotNet.Attributes;
using GpuScheduler.Cluster;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Benchmarks;

/// <summary>1,000 gangs of 8 pods on 5,000 nodes, against the same 8,000 pods one by one; a pod.</summary>
[MemoryDiagnoser]
public class SmallGangBenchmarks
{
    private const int Gangs = 1_000, Pods = 8;

    private ClusterWriter _writer = null!;
    private Evaluator _evaluator = null!;
    private GangPlacer _placer = null!;
    private GroupUnit[] _gangs = null!;

    /// <summary>Whole GPUs of each pod.</summary>
    [Params(1, 4)]
    public int Gpus { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _writer = GangCluster.Make(5_000);
        PodClass podClass = GangCluster.Class(_writer, Gpus);
        _evaluator = new Evaluator(Profiles.Default(_writer, BenchCluster.Classes(_writer)));
        _placer = new GangPlacer(_evaluator, GangCluster.Levels, new GangPlacerOptions());
        _gangs = [.. Enumerable.Range(0, Gangs).Select(i => GangCluster.Gang(podClass, $"gang-{i}", Pods))];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Gangs * Pods)]
    public int OneByOne()
    {
        Draft state = _writer.Working;
        int mark = state.Mark(), placed = 0;
        foreach (GroupUnit gang in _gangs)
        {
            foreach (GangMember member in gang.Members)
            {
                Decision decision = _evaluator.Decide(member.Class, state, 0);
                if (decision.IsFound)
                {
                    state.Place(decision.Node, member.Pod, member.Class, decision.Devices);
                    placed++;
                }
            }
        }

        state.RollBack(mark);
        return placed;
    }

    [Benchmark(OperationsPerInvoke = Gangs * Pods)]
    public int AsGangs()
    {
        Draft state = _writer.Working;
        int mark = state.Mark(), placed = 0;
        foreach (GroupUnit gang in _gangs)
        {
            placed += _placer.Place(gang, state, 0).Members.Length;
        }

        state.RollBack(mark);
        return placed;
    }
}
