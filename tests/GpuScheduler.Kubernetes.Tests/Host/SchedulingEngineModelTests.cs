using CsCheck;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class SchedulingEngineModelTests
{
    private static readonly Gen<(int Op, int A, int B)[]> Commands = Gen.Select(Gen.Int[0, 23], Gen.Int[0, 99], Gen.Int[0, 99]).Array[20, 200];

    [Test]
    public void Whatever_the_watch_and_the_binds_do_every_pod_is_bound_once_no_device_twice_and_the_model_ends_equal_to_the_API() =>
        Commands.Sample(
            commands =>
            {
                using EngineRun run = new(maxBinds: 4, evicts: true);
                for (int i = 0; i < 4; i++)
                {
                    run.Api.SetNode(EngineRun.Node($"n{i}", 1 + i, rack: $"r{i % 2}"));
                }

                foreach ((int op, int a, int b) in commands)
                {
                    Apply(run, op, a, b);
                    run.Engine.Scheduler.AssertInvariants();
                    AssertNoStrays(run);
                }

                run.IsOpen = true;
                for (int i = 0; i < 8; i++)
                {
                    run.Settle();
                    AssertNoStrays(run);
                    run.EndMarked();
                    run.Compare();
                    run.Time.Advance(TimeSpan.FromSeconds(61));
                }

                run.Settle();
                Check(run);
            },
            iter: 400);

    private static void Apply(EngineRun run, int op, int a, int b)
    {
        FakeApi api = run.Api;
        string? uid = api.Pods.Count == 0 ? null : api.Pods.Keys.ElementAt(a % api.Pods.Count);
        switch (op)
        {
            case < 4:
                api.Create($"p{api.Pods.Count}-{a}-{b}", a % 2 == 0 ? EngineRun.Spec(1 + (b % 2)) : EngineRun.Spec(1, 100 * (1 + (b % 9))));
                break;
            case 4:
                api.Create($"f{api.Pods.Count}-{a}-{b}", EngineRun.Spec(1, scheduler: "default-scheduler"), $"n{b % 4}", a % 2 == 0 ? DeviceSet.Empty : DeviceSet.Only(b % 4));
                break;
            case 5 when uid is not null:
                api.Delete(uid);
                break;
            case 6 when uid is not null && api.Pods[uid].Pod.BoundNode.Length > 0:
                api.Change(uid, p => p with { IsTerminal = true, HasSucceeded = b % 2 == 0 });
                break;
            case 7 when uid is not null && api.Pods[uid].Pod.BoundNode.Length == 0:
                // Another scheduler, or a person, was faster.
                api.Change(uid, p => p with { BoundNode = $"n{b % 4}", BoundDevices = DeviceSet.Only(b % 4) });
                break;
            case 8:
                api.RemoveNode($"n{a % 4}");
                break;
            case 9:
                api.SetNode(EngineRun.Node($"n{a % 4}", 1 + (b % 4), rack: $"r{a % 2}"));
                break;
            case 10:
                run.IsOpen = b % 4 != 0;
                break;
            case 11:
                run.Time.Advance(TimeSpan.FromSeconds(b % 12));
                break;
            case < 15:
                api.DeliverEvent();
                break;
            case < 18:
                run.Engine.Turn();
                break;
            case 18:
                if (b % 5 == 0)
                {
                    api.LoseEvent();
                }
                else
                {
                    run.Compare();
                }

                break;
            case 19:
                api.SendBind(a);
                break;
            case 20:
                // A gang of 2, 3 or 4 pods, of which some come later, or never.
                api.Create($"g{a % 3}-{api.Pods.Count}-{b}", EngineRun.Spec(1), gang: EngineRun.Gang($"g{a % 3}", 2 + (a % 3), a % 2 == 0 ? EngineRun.Rack : null));
                break;
            case 21:
                for (int i = 0; i < 2 + (b % 3); i++)
                {
                    api.Create($"whole{b}-{i}-{api.Pods.Count}", EngineRun.Spec(1), gang: EngineRun.Gang($"whole{b}", 2 + (b % 3)));
                }

                break;
            case 22:
                api.AnswerEvictions(a, isRefused: b % 4 == 0);
                if (b % 2 == 0)
                {
                    run.EndMarked();
                }

                break;
            default:
                api.AnswerBind(a, (BindFate)(b % 4));
                break;
        }
    }

    /// <summary>Whatever the snapshot has placed, the mirror knows it there, or room is held for it.</summary>
    private static void AssertNoStrays(EngineRun run)
    {
        run.Engine.Mirror.TakeReleases();
        foreach (Block block in run.State.Blocks)
        {
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                foreach (Placement placement in block.PlacementsOn(lane))
                {
                    bool isKnown = run.Engine.Mirror.Find(placement.Pod.Uid) is { IsPlaced: true } record && ReferenceEquals(record.Model, placement.Pod);
                    if (!isKnown && !run.Engine.Scheduler.Nominations.IsStandIn(placement.Pod))
                    {
                        throw new InvalidOperationException($"the snapshot has pod {placement.Pod} on node {block.Nodes[lane].Name}, and the mirror does not");
                    }
                }
            }
        }
    }

    private static void Check(EngineRun run)
    {
        Assert.That(run.Observer.Exceptions, Is.Empty);
        Assert.That(run.Api.Bound.Select(b => b.Uid), Is.Unique, "bound once");
        Assert.That(run.Engine.Scheduler.HeldCount, Is.Zero);
        run.State.AssertInvariants();
        Assert.That(run.Engine.Mirror.PodCount, Is.EqualTo(run.Api.Pods.Count));
        foreach (string node in run.Api.Nodes.Keys)
        {
            string[] expected = [.. run.Api.Pods.Values.Where(p => p.Pod.BoundNode == node && !p.Pod.IsTerminal).Select(p => p.Pod.Name).Order()];
            Dictionary<string, string> actual = run.On(node);
            Assert.That(actual.Keys.Order(), Is.EqualTo(expected), node);
            foreach (PodObject pod in run.Api.Pods.Values.Where(p => p.Pod.BoundNode == node && !p.Pod.IsTerminal && !p.Pod.BoundDevices.IsEmpty))
            {
                string held = actual[pod.Pod.Name];
                DeviceSet stated = held.Split('/').SelectMany(d => d.Split(',', StringSplitOptions.RemoveEmptyEntries))
                    .Aggregate(DeviceSet.Empty, (set, d) => set.With(int.Parse(d, System.Globalization.CultureInfo.InvariantCulture)));
                Assert.That(stated, Is.EqualTo(pod.Pod.BoundDevices), $"{pod} on {node}: holds {held}");
            }
        }

        foreach (Block block in run.State.Blocks)
        {
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                foreach (Placement placement in block.PlacementsOn(lane))
                {
                    foreach (int device in new Lanes(placement.Missing.Bits))
                    {
                        Assert.That(block.CanTake(lane, placement.Class.Devices with { Count = 1 }, DeviceSet.Only(device)), Is.False, $"{placement.Pod} could hold device {device} and does not");
                    }
                }
            }
        }

        Assert.That(run.Compare(), Is.Empty, "nothing is left to mend");

        // Whoever still waits fits nowhere; the queue has forgotten nobody.
        run.Engine.Scheduler.AssertInvariants();
        Pod[] pending = [.. run.Api.Pods.Values.Select(p => p.Pod).Where(p => p.BoundNode.Length == 0 && p.Spec.SchedulerName == EngineRun.SchedulerName)];
        Assert.That(
            run.Engine.Scheduler.Queue.Count, Is.EqualTo(pending.Count(p => p.Gang is null) + pending.Select(p => p.Gang?.Gang).OfType<GangKey>().Distinct().Count()),
            "an entry for each pod, or for its whole gang");
    }
}
