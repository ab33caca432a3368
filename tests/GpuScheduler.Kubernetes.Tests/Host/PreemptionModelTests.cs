using System.Globalization;
using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class PreemptionModelTests
{
    private static readonly Gen<(int Op, int A, int B)[]> Commands = Gen.Select(Gen.Int[0, 19], Gen.Int[0, 99], Gen.Int[0, 99]).Array[20, 150];

    [Test]
    public void Whatever_happens_held_room_is_where_it_is_said_to_be() => Commands.Sample(
        commands =>
        {
            using EngineRun run = Run(commands);
            Assert.That(run.Observer.Exceptions, Is.Empty);
        },
        iter: 200);

    /// <summary>Sequences of fixed seeds. Thousands more: <c>PREEMPTION_SEEDS=0-4999</c>.</summary>
    [Test]
    public void In_the_end_nobody_waits_for_room_that_lower_priority_holds()
    {
        int[] range = [.. (Environment.GetEnvironmentVariable("PREEMPTION_SEEDS") ?? "0-299").Split('-').Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
        for (int seed = range[0]; seed <= range[1]; seed++)
        {
            Random random = new(seed);
            using EngineRun run = Run([.. Enumerable.Range(0, random.Next(20, 151)).Select(_ => (random.Next(20), random.Next(100), random.Next(100)))]);
            run.IsOpen = true;
            for (int i = 0; i < 60; i++)
            {
                Assert.That(run.Settle, Throws.Nothing, $"seed {seed}");
                run.EndMarked();
                run.Settle();
                run.Time.Advance(TimeSpan.FromSeconds(61));
            }

            Check(run, $"seed {seed}: ");
        }
    }

    private static EngineRun Run(IEnumerable<(int Op, int A, int B)> commands)
    {
        EngineRun run = new(maxBinds: 4, preempts: true);
        for (int i = 0; i < 3; i++)
        {
            run.Api.SetNode(EngineRun.Node($"n{i}", 1 + i));
        }

        foreach ((int op, int a, int b) in commands)
        {
            Apply(run, op, a, b);
            run.Engine.Scheduler.Cluster.Working.AssertInvariants();
            run.Engine.Scheduler.Nominations.AssertInvariants();
        }

        return run;
    }

    private static void Apply(EngineRun run, int op, int a, int b)
    {
        FakeApi api = run.Api;
        string? uid = api.Pods.Count == 0 ? null : api.Pods.Keys.ElementAt(a % api.Pods.Count);
        switch (op)
        {
            case < 5:
                api.Create($"p{a}-{b}-{api.Pods.Count}", a % 2 == 0 ? EngineRun.Spec(1 + (b % 2)) : EngineRun.Spec(1, 100 * (1 + (b % 9))), priority: b % 5);
                break;
            case 5 when uid is not null:
                api.Delete(uid);
                break;
            case 6:
                api.RemoveNode($"n{a % 3}");
                break;
            case 7:
                api.SetNode(EngineRun.Node($"n{a % 3}", 1 + (b % 3)));
                break;
            case 8 when uid is not null && api.Pods[uid].Pod.BoundNode.Length == 0:
                BindElsewhere(api, uid, $"n{b % 3}", b % 3);
                break;
            case 9:
                run.Time.Advance(TimeSpan.FromSeconds(b % 12));
                break;
            case 10:
                api.AnswerEvictions(a, isRefused: b % 4 == 0);
                break;
            case 11 when b % 2 == 0:
                run.EndMarked();
                break;
            case < 15:
                api.DeliverEvent();
                break;
            case < 18:
                run.Engine.Turn();
                break;
            default:
                api.AnswerBind(a, b % 8 == 0 ? BindFate.NotProcessed : BindFate.Answered);
                break;
        }
    }

    /// <summary>Another scheduler binds the pod, to a device that others may hold or state as well.</summary>
    private static void BindElsewhere(FakeApi api, string uid, string node, int device)
    {
        if (api.Pods[uid].Pod.Spec.Devices.Count == 1 && api.Nodes.TryGetValue(node, out NodeObject? there) && device < there.Node.Shape.Count)
        {
            api.Change(uid, p => p with { BoundNode = node, BoundDevices = DeviceSet.Only(device) });
        }
    }

    private static void Check(EngineRun run, string what)
    {
        Assert.That(run.Observer.Exceptions, Is.Empty, what);
        Scheduler scheduler = run.Engine.Scheduler;
        Assert.That(scheduler.Nominations.Count, Is.Zero, $"{what}everybody for whom room was made has it");
        Assert.That(run.Compare(), Is.Empty, what);
        Dictionary<string, PodObject[]> bound = run.Api.Pods.Values.Where(p => p.Pod.BoundNode.Length > 0).GroupBy(p => p.Pod.BoundNode).ToDictionary(g => g.Key, g => g.ToArray());
        foreach (PodObject waiting in run.Api.Pods.Values.Where(p => p.Pod.BoundNode.Length == 0))
        {
            foreach (NodeObject node in run.Api.Nodes.Values)
            {
                Assert.That(
                    FitsBeside(bound.GetValueOrDefault(node.Node.Name, []).Where(p => p.Pod.Priority >= waiting.Pod.Priority), node.Node, waiting.Pod.Spec.Devices),
                    Is.False, $"{what}{waiting} of priority {waiting.Pod.Priority} waits, and would have room on {node} beside pods that are not below it: {run.Engine.Mirror.Find(waiting.Pod.Uid)?.LastFailure}");
            }
        }
    }

    private static bool FitsBeside(IEnumerable<PodObject> others, Node node, DeviceRequest request)
    {
        int[] free = [.. node.Shape.Devices.Select(_ => 1000)];
        foreach (PodObject other in others)
        {
            foreach (int device in new Lanes(other.Pod.BoundDevices.Bits))
            {
                if (device < free.Length)
                {
                    free[device] -= other.Pod.Spec.Devices.Milli;
                }
            }
        }

        return free.Count(f => f >= request.Milli) >= request.Count;
    }
}
