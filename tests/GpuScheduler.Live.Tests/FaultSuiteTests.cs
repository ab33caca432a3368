using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using GpuScheduler.Emulator;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Live.Tests;

/// <summary>
/// Two replicas on a faulty API server, killed and started again at random instants: at the end every pod is bound once, no device is given out twice,
/// and the model equals the API. GPUSCHED_FAULT_RUNS sets how many seeds are run.
/// </summary>
[TestFixture]
public sealed class FaultSuiteTests
{
    private const string SchedulerName = "gpu";
    private const int Nodes = 6;
    private const int Gpus = 4;
    private const int Pods = 40;
    private const int Together = 6;
    private const int EnoughForEveryKind = 200;

    /// <summary>Watches are few and last, so that these strike more of them.</summary>
    private static readonly FaultKind[] OfWatches =
        [FaultKind.CutWatch, FaultKind.EndWatch, FaultKind.SilentWatch, FaultKind.GarbageInWatch, FaultKind.ExpireWatch];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    private static int Runs =>
        int.TryParse(Environment.GetEnvironmentVariable("GPUSCHED_FAULT_RUNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int runs) ? runs : 30;

    [Test]
    public async Task Nothing_is_lost_and_nothing_given_out_twice_whatever_fails()
    {
        ConcurrentBag<string> failures = [];
        ConcurrentDictionary<FaultKind, long> struck = new();
        int kills = 0;
        await Parallel.ForAsync(1, Runs + 1, new ParallelOptions { MaxDegreeOfParallelism = Together }, async (seed, _) =>
        {
            try
            {
                (IReadOnlyDictionary<FaultKind, long> counts, int killed) = await RunAsync(seed);
                Interlocked.Add(ref kills, killed);
                foreach ((FaultKind kind, long count) in counts)
                {
                    struck.AddOrUpdate(kind, count, (_, before) => before + count);
                }
            }
            catch (Exception e)
            {
                failures.Add($"seed {seed}: {e}");
            }
        });
        await TestContext.Out.WriteLineAsync(
            $"{Runs} runs, {kills} kills, faults: {string.Join(", ", struck.OrderBy(s => s.Key).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value}")))}");
        Assert.That(failures, Is.Empty);
        if (Runs >= EnoughForEveryKind)
        {
            Assert.That(struck.Keys, Is.EquivalentTo(Enum.GetValues<FaultKind>()), "every kind of fault struck");
        }
    }

    private static async Task<(IReadOnlyDictionary<FaultKind, long> Counts, int Kills)> RunAsync(int seed)
    {
        Random random = new(seed);
        FaultPlan plan = new(seed, Enum.GetValues<FaultKind>().Select(k => new FaultRule(k, OfWatches.Contains(k) ? 0.15 : 0.04)), TimeProvider.System);
        await using EmulatorServer server = await EmulatorServer.StartAsync(new EmulatorOptions { Middleware = [FaultInjection.Of(plan)], Seed = seed });
        for (int i = 0; i < Nodes; i++)
        {
            JsonObject node = LiveObjects.Node($"n{i}", Gpus);
            server.Cluster.Create(node);
            server.Cluster.UpdateStatus(node);
        }

        LiveScheduler[] replicas = [await StartAsync(server, $"a-{seed}"), await StartAsync(server, $"b-{seed}")];
        int kills = 0;
        HashSet<string> deleted = [];
        for (int i = 0; i < Pods; i++)
        {
            server.Cluster.Create(Pod(i, random));
            if (random.Next(10) == 0)
            {
                deleted.Add($"p{random.Next(i + 1)}");
                server.Cluster.Delete("pods", "default", deleted.Last(), graceSeconds: 0);
            }

            if (random.Next(12) == 0)
            {
                int which = random.Next(2);
                await replicas[which].KillAsync();
                replicas[which] = await StartAsync(server, $"{which}-{seed}-{i}");
                kills++;
            }

            if (random.Next(25) == 0)
            {
                server.Cluster.ForgetHistory();
            }

            await Task.Delay(random.Next(40));
        }

        plan.IsOn = false;
        await SettleAsync(server, replicas);
        foreach (LiveScheduler replica in replicas)
        {
            await replica.DisposeAsync();
        }

        return (plan.Counts, kills);
    }

    /// <summary>Waits until all pods are bound and the leader's model equals the API.</summary>
    private static async Task SettleAsync(EmulatorServer server, LiveScheduler[] replicas)
    {
        using CancellationTokenSource limit = new(Limit);
        while (true)
        {
            IReadOnlyList<JsonObject> pods = server.Cluster.List("pods");
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
    private static string Difference(IReadOnlyList<JsonObject> pods, LiveScheduler[] replicas)
    {
        string[] expected = [.. pods.Select(p => $"{p["metadata"]!["uid"]} {p["spec"]!["nodeName"]} {p["metadata"]!["annotations"]?["gpuscheduler.dev/devices"]}").Order()];
        foreach (LiveScheduler replica in replicas)
        {
            string[] actual = [.. NodeDump.All(replica.Host.Debug.Snapshot).SelectMany(n => n.Pods.Select(p => $"{p.Uid} {n.Name} {p.Devices}")).Order()];
            if (!actual.SequenceEqual(expected))
            {
                return $"the model has {string.Join("; ", actual.Except(expected))} and lacks {string.Join("; ", expected.Except(actual))}";
            }
        }

        return replicas.Count(r => r.Host.IsLeader) == 1 ? "" : "there is not one leader";
    }

    private static Task<LiveScheduler> StartAsync(EmulatorServer server, string identity) => LiveScheduler.StartAsync(
        $"""
        leaderElection: {"{"}resourceName: gpu, resourceNamespace: kube-system, leaseDuration: 2s, renewDeadline: 1500ms, retryPeriod: 100ms{"}"}
        podMaxBackoffSeconds: 2
        profiles:
        - schedulerName: {SchedulerName}
        """,
        identity, ApiConnection.To(server.Address, new ApiConnectionOptions { Qps = 0 }, TimeProvider.System));

    /// <summary>Together a little less than all GPUs hold.</summary>
    private static JsonObject Pod(int number, Random random)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"p{number}");
        return random.Next(4) switch
        {
            0 => LiveObjects.Pod("default", name, SchedulerName, gpus: 1),
            1 => LiveObjects.Pod("default", name, SchedulerName, fraction: "0.5"),
            _ => LiveObjects.Pod("default", name, SchedulerName, fraction: "0.25"),
        };
    }
}
