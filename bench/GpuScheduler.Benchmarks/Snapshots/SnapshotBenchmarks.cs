using BenchmarkDotNet.Attributes;
using GpuScheduler.Cluster;

namespace GpuScheduler.Benchmarks;

/// <summary>Publishing after one change, forking, and committing a draft of 512 pods.</summary>
[MemoryDiagnoser]
public class SnapshotBenchmarks
{
    private const int GangSize = 512;

    private ClusterWriter _writer = null!;
    private PodClass _class = null!;
    private Pod[] _gang = null!;
    private Pod _single = null!;
    private bool _isPlaced;

    [Params(10_000, 100_000)]
    public int Nodes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _writer = BenchCluster.Make(Nodes);
        _class = _writer.Classes.Intern(BenchCluster.Spec(3));
        _gang = [.. Enumerable.Range(0, GangSize).Select(i => new Pod { Name = $"gang-{i}", Spec = _class.Spec })];
        _single = new Pod { Name = "single", Spec = _class.Spec };
        _writer.Publish();
    }

    [Benchmark]
    public Snapshot PublishOneChange()
    {
        if (_isPlaced)
        {
            _writer.Working.Remove(Nodes / 2, _single);
        }
        else
        {
            _writer.Working.Place(Nodes / 2, _single, _class, DeviceSet.Only(7));
        }

        _isPlaced = !_isPlaced;
        return _writer.Publish();
    }

    [Benchmark]
    public Draft Fork() => _writer.Fork();

    /// <summary>512 pods on 512 nodes of as many blocks as there are, placed on a fork, committed, and taken off again.</summary>
    [Benchmark(OperationsPerInvoke = 1)]
    public bool DraftAndCommit512()
    {
        Draft draft = _writer.Fork();
        for (int i = 0; i < GangSize; i++)
        {
            draft.Place(i * (Nodes / GangSize), _gang[i], _class, DeviceSet.Only(6));
        }

        bool committed = _writer.Commit(draft).IsCommitted;
        for (int i = 0; i < GangSize; i++)
        {
            _writer.Working.Remove(i * (Nodes / GangSize), _gang[i]);
        }

        _writer.Publish();
        return committed;
    }
}
