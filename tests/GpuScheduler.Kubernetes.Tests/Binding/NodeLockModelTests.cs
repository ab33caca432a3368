using System.Net;
using System.Text.Json.Nodes;
using CsCheck;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Pods for one node, a server that fails in every way, and a plugin that serves whom the lock names.</summary>
[TestFixture]
internal sealed class NodeLockModelTests
{
    private static readonly HttpStatusCode[] Faults = [HttpStatusCode.Conflict, HttpStatusCode.TooManyRequests, HttpStatusCode.InternalServerError, 0];

    [Test]
    public Task Whatever_is_lost_one_pod_at_a_time_holds_the_lock_each_gets_it_and_none_is_left() => Gen.Int.SampleAsync(RunAsync, iter: 100);

    private static async Task RunAsync(int seed)
    {
        Random random = new(seed);
        using LockServer server = new();
        for (int i = random.Next(20); i > 0; i--)
        {
            server.PatchFaults.Enqueue(random.Next(3) == 0 ? Faults[random.Next(Faults.Length)] : HttpStatusCode.OK);
        }

        WaitingTime time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
        NodeLockClient client = new(http, time, () => 0);
        string holder = "";
        List<string> served = [];
        string[] names = [.. Enumerable.Range(0, random.Next(1, 7)).Select(i => $"p{i}")];
        Dictionary<string, bool> binds = names.ToDictionary(n => n, _ => random.Next(4) > 0);
        foreach (string name in names)
        {
            server.Pods[$"ns/{name}"] = new JsonObject { ["spec"] = new JsonObject() };
        }

        Task all = Task.WhenAll(names.Select(BindAsync));
        await time.PassAsync(all);
        await all;
        Assert.That(served, Is.EquivalentTo(names));
        Assert.That(server.Lock, Is.Empty);

        async Task BindAsync(string name)
        {
            BindRequest request = new("ns", name, $"uid-{name}", "n", DeviceSet.Only(0), "GPU-0,NVIDIA,1,0:;");
            while (await client.TakeAsync(request, LeaderTerm.WithoutLease(CancellationToken.None)) is { } failed)
            {
                // As the queue does.
                Assert.That(failed.Kind, Is.EqualTo(BindOutcomeKind.Retry), failed.Message);
            }

            lock (served)
            {
                Assert.That(holder, Is.Empty, $"{name} got the lock that {holder} held");
                Assert.That(NodeLock.TryParse(server.Lock, out NodeLock held) && held.IsOf(request), server.Lock);
                holder = binds[name] ? "" : name;
                served.Add(name);
                if (binds[name])
                {
                    server.Set("");
                }
            }

            if (!binds[name])
            {
                holder = "";
                await client.ReleaseAsync(request);

                // A pod that nobody can bind is deleted in the end, and with it goes the lock that no release reached.
                server.Pods.TryRemove($"ns/{name}", out _);
                if (NodeLock.TryParse(server.Lock, out NodeLock left) && left.IsOf(request))
                {
                    await client.ReleaseAsync(request);
                }
            }
        }
    }
}
