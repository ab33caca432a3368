using System.Globalization;
using System.Text.Json.Nodes;
using GpuScheduler.Emulator;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Live.Tests;

/// <summary>
/// Two replicas that reach their API server through faults, killed and started again at random instants while pods come and go. The same seed makes the same
/// pods, kills and plan of faults.
/// </summary>
internal sealed class FaultRun
{
    private const int Nodes = 6;
    private const int Gpus = 4;
    private const int Pods = 40;

    /// <summary>Watches are few and last, so that these strike more of them.</summary>
    private static readonly FaultKind[] OfWatches =
        [FaultKind.CutWatch, FaultKind.EndWatch, FaultKind.SilentWatch, FaultKind.GarbageInWatch, FaultKind.ExpireWatch];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    private readonly ILiveServer _server;
    private readonly LiveCluster _cluster;
    private readonly FaultyServer _faulty;
    private readonly FaultPlan _plan;
    private readonly int _seed;
    private readonly Random _random;

    private FaultRun(ILiveServer server, LiveCluster cluster, FaultyServer faulty, FaultPlan plan, int seed)
    {
        _server = server;
        _cluster = cluster;
        _faulty = faulty;
        _plan = plan;
        _seed = seed;
        _random = new Random(seed);
    }

    /// <summary>Runs until nothing fails any more and everything has come to rest; throws where it does not, or where anything was given out twice.</summary>
    public static async Task<FaultOutcome> RunAsync(ILiveServer server, int seed)
    {
        FaultPlan plan = new(seed, Enum.GetValues<FaultKind>().Select(k => new FaultRule(k, OfWatches.Contains(k) ? 0.15 : 0.04)), TimeProvider.System);
        await using LiveCluster cluster = await LiveCluster.MakeAsync(server);
        await using FaultyServer faulty = await server.WithFaultsAsync(plan);
        return await new FaultRun(server, cluster, faulty, plan, seed).RunAsync();
    }

    private async Task<FaultOutcome> RunAsync()
    {
        for (int i = 0; i < Nodes; i++)
        {
            await _cluster.AddNodeAsync($"n{i}", Gpus);
        }

        await using BindingWitness witness = new(_server.Connect(), _cluster.Name);
        LiveScheduler[] replicas = [await StartAsync($"a-{_seed}"), await StartAsync($"b-{_seed}")];
        int kills = 0;
        for (int i = 0; i < Pods; i++)
        {
            await _cluster.AddPodAsync(Pod(i));
            if (_random.Next(10) == 0)
            {
                await _cluster.DeletePodAsync($"p{_random.Next(i + 1)}");
            }

            if (_random.Next(12) == 0)
            {
                int which = _random.Next(2);
                await replicas[which].KillAsync();
                replicas[which] = await StartAsync($"{which}-{_seed}-{i}");
                kills++;
            }

            if (_random.Next(25) == 0)
            {
                await _server.ForgetHistoryAsync();
            }

            await Task.Delay(_random.Next(40));
        }

        _plan.IsOn = false;
        await SettleAsync(replicas);
        foreach (LiveScheduler replica in replicas)
        {
            await replica.DisposeAsync();
        }

        return new FaultOutcome(_plan.Counts, kills, await witness.EndAsync());
    }

    /// <summary>Waits until all pods are bound and the models of both replicas equal the API.</summary>
    private async Task SettleAsync(LiveScheduler[] replicas)
    {
        using CancellationTokenSource limit = new(Limit);
        while (true)
        {
            IReadOnlyList<JsonObject> pods = await _cluster.PodsAsync();
            DeviceLedger.AssertNoneOver(pods);
            string[] unbound = [.. pods.Where(p => p["spec"]!["nodeName"] is null).Select(p => (string)p["metadata"]!["name"]!)];
            string difference = unbound.Length > 0 ? $"not bound: {string.Join(", ", unbound)}" : Difference(pods, replicas);
            if (difference.Length == 0)
            {
                return;
            }

            if (limit.IsCancellationRequested)
            {
                throw new InvalidOperationException($"after {Limit.TotalSeconds} s: {difference}");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>How the snapshots of the replicas differ from the API; empty where they do not.</summary>
    private string Difference(IReadOnlyList<JsonObject> pods, LiveScheduler[] replicas)
    {
        string[] expected = [.. pods.Select(p => $"{p["metadata"]!["uid"]} {p["spec"]!["nodeName"]} {p["metadata"]!["annotations"]?["gpuscheduler.dev/devices"]}").Order()];
        foreach (LiveScheduler replica in replicas)
        {
            string[] actual = [.. NodeDump.All(replica.Host.Debug.Snapshot).Where(n => n.Name.StartsWith(_cluster.Name, StringComparison.Ordinal))
                .SelectMany(n => n.Pods.Select(p => $"{p.Uid} {n.Name} {p.Devices}")).Order()];
            if (!actual.SequenceEqual(expected))
            {
                return $"the model has {string.Join("; ", actual.Except(expected))} and lacks {string.Join("; ", expected.Except(actual))}";
            }
        }

        return replicas.Count(r => r.Host.IsLeader) == 1 ? "" : "there is not one leader";
    }

    private Task<LiveScheduler> StartAsync(string identity) => LiveScheduler.StartAsync(
        $"""
        leaderElection: {"{"}resourceName: gpu, resourceNamespace: {_cluster.Name}, leaseDuration: 2s, renewDeadline: 1500ms, retryPeriod: 100ms{"}"}
        podMaxBackoffSeconds: 2
        profiles:
        - schedulerName: {_cluster.Name}
        """,
        identity, _faulty.Connect());

    /// <summary>Together a little less than all GPUs hold.</summary>
    private JsonObject Pod(int number)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"p{number}");
        return _random.Next(5) switch
        {
            0 => _cluster.Pod(name, gpus: 1),
            1 => _cluster.Pod(name, fraction: "0.5"),
            2 => _cluster.Pod(name, memory: "20Gi"),
            _ => _cluster.Pod(name, fraction: "0.25"),
        };
    }
}
