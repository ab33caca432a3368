using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class EngineVolumeModelTests
{
    private static readonly string[] Nodes = ["a", "b", "c"];

    private static readonly Gen<(int Op, int A, int B)[]> Commands = Gen.Select(Gen.Int[0, 15], Gen.Int[0, 99], Gen.Int[0, 99]).Array[20, 120];

    [Test]
    public void Whatever_watches_and_binds_do_pods_run_where_their_volumes_are_no_volume_is_for_two_and_in_the_end_all_are_bound() =>
        Commands.Sample(
            commands =>
            {
                using EngineRun run = VolumeObjects.Run(Nodes);
                foreach ((int op, int a, int b) in commands)
                {
                    Apply(run.Api, run, op, a, b);
                    run.Engine.Scheduler.AssertInvariants();
                    AssertApart(run.Api);
                }

                run.Api.Volumes.Binds = true;
                string[] unbound = [.. run.Api.Volumes.Claims.Values.Where(c => !c.IsBound).Select(c => c.Name)];
                foreach (string volume in unbound.SelectMany(_ => Nodes, (name, node) => $"{node}-{name}"))
                {
                    // A pod of two claims may be kept on any node by what was written for one of them.
                    run.Api.Volumes.Set(VolumeObjects.LocalVolume(volume, volume[..1], 20));
                }

                for (int i = 0; i < 8; i++)
                {
                    run.Settle();
                    run.Compare();
                    run.Time.Advance(TimeSpan.FromSeconds(61));
                }

                run.Settle();
                AssertApart(run.Api);
                Assert.That(run.Observer.Exceptions, Is.Empty);
                Assert.That(run.Api.Bound.Select(b => b.Uid), Is.Unique, "bound once");
                Assert.That(run.Engine.Scheduler.HeldCount, Is.Zero);
                Assert.That(run.Api.Pods.Values.Where(p => p.Pod.BoundNode.Length == 0).Select(p => p.Pod.Name), Is.Empty, "there is a volume for each");
            },
            iter: 100);

    private static void Apply(FakeApi api, EngineRun run, int op, int a, int b)
    {
        string name = $"c{api.Volumes.Claims.Count}";
        switch (op)
        {
            case < 3:
                api.Volumes.Set(VolumeObjects.Claim(name, a % 3 == 0 ? "made" : "local", 1 + (b % 8)));
                api.Create($"p-{name}", EngineRun.Spec(0), volumes: [name]);
                if (a % 4 == 1)
                {
                    api.Create($"q-{name}", EngineRun.Spec(0), volumes: [name]);
                }

                break;
            case 3:
                api.Volumes.Set(VolumeObjects.Claim(name, "local", 1 + (a % 8)));
                api.Volumes.Set(VolumeObjects.Claim($"{name}x", b % 2 == 0 ? "local" : "made", 1 + (b % 8)));
                api.Create($"two-{name}", EngineRun.Spec(0), volumes: [name, $"{name}x"]);
                break;
            case 4 or 5:
                api.Volumes.Set(VolumeObjects.LocalVolume($"v{api.Volumes.All.Count}", Nodes[a % 3], 5 + (b % 10)));
                break;
            case 6 when api.Pods.Count > 0:
                api.Delete(api.Pods.Keys.ElementAt(a % api.Pods.Count));
                break;
            case 7:
                api.Volumes.Binds = a % 3 > 0;
                break;
            case 8:
                api.Volumes.Bind();
                break;
            case 9:
                run.Time.Advance(TimeSpan.FromSeconds(1 + (a % 20)));
                break;
            case 10 or 11:
                api.AnswerBind(a, (BindFate)(b % 4));
                break;
            case 12:
                api.DeliverEvent();
                break;
            default:
                run.Turn();
                break;
        }
    }

    /// <summary>A volume is for one claim at most, and a bound pod's claims are bound to volumes that its node reaches.</summary>
    private static void AssertApart(FakeApi api)
    {
        Assert.That(api.Volumes.Claims.Values.Where(c => c.IsBound).Select(c => c.Volume), Is.Unique);
        foreach (PersistentVolumeClaim claim in api.Volumes.Claims.Values.Where(c => c.IsBound))
        {
            Assert.That(api.Volumes.All[claim.Volume].Claim!.Is(claim), $"{claim}");
        }

        foreach (Pod pod in api.Pods.Values.Select(p => p.Pod).Where(p => p.BoundNode.Length > 0))
        {
            foreach (PodVolume volume in pod.Volumes)
            {
                PersistentVolumeClaim claim = api.Volumes.Claims[volume.Claim];
                Assert.That(claim.IsBound && api.Volumes.All[claim.Volume].IsReachableFrom(api.Nodes[pod.BoundNode].Node), $"{pod} on {pod.BoundNode}: {claim}");
            }
        }
    }
}
