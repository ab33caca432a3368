using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class EngineClaimModelTests
{
    private const int Nodes = 3;

    private static readonly Gen<(int Op, int A, int B)[]> Commands = Gen.Select(Gen.Int[0, 21], Gen.Int[0, 99], Gen.Int[0, 99]).Array[20, 150];

    [Test]
    public void Whatever_watches_and_binds_do_no_device_is_allocated_twice_and_the_model_ends_equal_to_the_API_also_after_a_restart() =>
        Commands.Sample(
            commands =>
            {
                using EngineRun run = ClaimObjects.Run([.. Enumerable.Range(0, Nodes).Select(i => i + 1)]);
                foreach ((int op, int a, int b) in commands)
                {
                    Apply(run, op, a, b);
                    run.Engine.Scheduler.AssertInvariants();
                    AssertAllocatedOnce(run.Api);
                }

                run.IsOpen = true;
                for (int i = 0; i < 6; i++)
                {
                    run.Settle();
                    AssertAllocatedOnce(run.Api);
                    run.Api.CollectClaims();
                    run.Compare();
                    run.Time.Advance(TimeSpan.FromSeconds(61));
                }

                run.Settle();
                Assert.That(run.Observer.Exceptions, Is.Empty);
                Assert.That(run.Api.Bound.Select(b => b.Uid), Is.Unique, "bound once");
                Assert.That(run.Engine.Scheduler.HeldCount, Is.Zero);
                run.State.AssertInvariants();
                CheckHoldings(run, run.Api);
                CheckPods(run);
                Assert.That(run.Compare(), Is.Empty, "nothing is left to mend");

                // Another one that has seen nothing of it.
                using EngineRun next = ClaimObjects.Run([.. Enumerable.Range(0, Nodes).Select(i => i + 1)]);
                next.IsOpen = false;
                next.Settle();
                next.Engine.Post(() => run.Api.ShowAllTo(next));
                next.Settle();
                CheckHoldings(next, run.Api);
                Assert.That(next.Observer.Lines.Where(l => l.StartsWith("Device", StringComparison.Ordinal)), Is.Empty);
            },
            iter: 300);

    private static void Apply(EngineRun run, int op, int a, int b)
    {
        FakeApi api = run.Api;
        string? uid = api.Pods.Count == 0 ? null : api.Pods.Keys.ElementAt(a % api.Pods.Count);
        string name = $"c{api.Claims.Count}-{a}-{b}";
        switch (op)
        {
            case < 4:
                api.SetClaim(ClaimObjects.Claim(name, 1 + (b % 2)));
                api.Create($"p-{name}", EngineRun.Spec(0), claims: [name]);
                if (a % 3 == 0)
                {
                    api.Create($"q-{name}", EngineRun.Spec(0), claims: [name]);
                }

                break;
            case 4:
                // The pod is there before its claim; it has another of its own.
                api.Create($"r-{name}", EngineRun.Spec(0), claims: [name, name + "x"]);
                api.SetClaim(ClaimObjects.Claim(name + "x"));
                api.SetClaim(ClaimObjects.Claim(name));
                break;
            case 5 when uid is not null:
                api.Delete(uid);
                break;
            case 6 when uid is not null && api.Pods[uid].Pod.BoundNode.Length > 0:
                api.Change(uid, p => p with { IsTerminal = true, HasSucceeded = b % 2 == 0 });
                break;
            case 7:
                api.CollectClaims();
                break;
            case 8 when api.Claims.Values.FirstOrDefault(c => c.Allocation is null && !api.Pods.Values.Any(p => p.Pod.Claims.Any(e => e.Claim == c.Name))) is { } unused:
                api.RemoveClaim(unused.Name);
                break;
            case 9:
                run.IsOpen = b % 4 != 0;
                break;
            case 10:
                run.Time.Advance(TimeSpan.FromSeconds(b % 12));
                break;
            case < 14:
                api.DeliverEvent();
                break;
            case < 16:
                run.Engine.Turn();
                break;
            case 16:
                run.Compare();
                break;
            case 17:
                api.SendBind(a);
                break;
            case 18:
                // A gang of two, each with its own.
                foreach (string member in (string[])["a", "b"])
                {
                    api.SetClaim(ClaimObjects.Claim(name + member));
                    api.Create($"g-{name}{member}", EngineRun.Spec(0), gang: EngineRun.Gang(name, 2), claims: [name + member]);
                }

                break;
            default:
                api.AnswerBind(a, (BindFate)(b % 5));
                break;
        }
    }

    private static void AssertAllocatedOnce(FakeApi api)
    {
        HashSet<DeviceId> devices = [];
        foreach (ResourceClaim claim in api.Claims.Values)
        {
            foreach (AllocatedDevice device in claim.Allocation?.Devices ?? [])
            {
                Assert.That(devices.Add(device.Id), $"{device.Id} is allocated twice, the second time to {claim}");
            }
        }
    }

    /// <summary>What is allocated is held, by one, and nothing else is.</summary>
    private static void CheckHoldings(EngineRun run, FakeApi api)
    {
        for (int node = 0; node < Nodes; node++)
        {
            string[] allocated = [.. api.Claims.Values.SelectMany(c => c.Allocation?.Devices ?? []).Where(d => d.Id.Pool == $"n{node}").Select(d => d.Id.Device["gpu-".Length..]).Order()];
            Assert.That(run.On($"n{node}").Values.SelectMany(d => d.Split(',', StringSplitOptions.RemoveEmptyEntries)).Order(), Is.EqualTo(allocated), $"n{node}");
        }
    }

    private static void CheckPods(EngineRun run)
    {
        foreach (Pod pod in run.Api.Pods.Values.Select(p => p.Pod).Where(p => p.BoundNode.Length > 0 && !p.IsTerminal))
        {
            foreach (ResourceClaim claim in pod.Claims.Select(c => run.Api.Claims[c.Claim]))
            {
                Assert.That(claim.ReservedFor, Contains.Item(pod.Uid), $"{claim} of bound pod {pod}");
                Assert.That(claim.Allocation!.Devices.Select(d => d.Id.Pool), Has.All.EqualTo(pod.BoundNode));
            }

            Assert.That(run.On(pod.BoundNode), Contains.Key(pod.Name));
        }

        // The queue has forgotten nobody who could be tried.
        Pod[] pending = [.. run.Api.Pods.Values.Select(p => p.Pod).Where(p => p.BoundNode.Length == 0)];
        Assert.That(
            run.Engine.Scheduler.Queue.Count, Is.EqualTo(pending.Count(p => p.Gang is null) + pending.Select(p => p.Gang?.Gang).OfType<GangKey>().Distinct().Count()));
    }
}
