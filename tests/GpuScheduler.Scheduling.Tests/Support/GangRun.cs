using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>A scheduler with gangs and single pods to which anything may happen, and what must hold all the same.</summary>
internal sealed class GangRun
{
    private const int Nodes = 3, Gangs = 4;

    private readonly FakeTimeProvider _time = new();
    private readonly ManualBindings _bindings = new();
    private readonly List<Pod> _waiting = [];
    private readonly List<(Pod Pod, string Node)> _bound = [];
    private readonly List<Pod> _toEvict = [];
    private int _created;

    public GangRun(GangSchedulingArgs args) =>
        Scheduler = new Scheduler(
            TestCluster.Writer(Nodes), [TestCluster.Profile(new RoomFilter(), new FreeCpuScore(), new TestGangs(args))], new QueueOptions(), _time, _bindings);

    public Scheduler Scheduler { get; }

    public void SetGang(int gang, int minPods) => Scheduler.SetGang(TestGangs.Object($"g{gang}", minPods));

    public void Enqueue(int gang, int index, int devices = 1, bool isGated = false) =>
        Enqueue(TestGangs.Pod($"g{gang}", index, TestCluster.Spec(devices: devices)) with { SchedulingGates = isGated ? ["later"] : [] });

    public void ScheduleAll()
    {
        while (ScheduleOne())
        {
        }
    }

    /// <summary>One command of a random sequence.</summary>
    public void Apply(int op, int a, int b)
    {
        switch (op)
        {
            case < 2:
                SetGang(a % Gangs, 1 + (b % 8));
                break;
            case 2:
                Scheduler.RemoveGang(TestGangs.Key($"g{a % Gangs}"));
                break;
            case < 11 when b % 6 == 5:
                EnqueueExclusive(a % 3, _created++);
                break;
            case < 11:
                Enqueue(a % Gangs, _created++, 1 + (b % 10 == 0 ? 1 : 0), isGated: b % 17 == 0);
                break;
            case 11:
                Enqueue(TestCluster.Pod($"single-{_created++}", TestCluster.Spec(devices: 1 + (b % 4)), priority: a % 3));
                break;
            case < 17:
                ScheduleOne();
                break;
            case < 21 when _bindings.Started.Count > 0:
                FinishBind(a, Status.Success);
                break;
            case 21 when _bindings.Started.Count > 0:
                FinishBind(a, b % 5 == 0 ? Status.Unschedulable("turned away") : Status.Error("refused"));
                break;
            case < 24 when _bindings.Started.Count > 0:
                _bindings.Send(_bindings.Started[a % _bindings.Started.Count].Queued.Pod);
                break;
            case 24 when _waiting.Count > 0:
                Delete(_waiting[a % _waiting.Count]);
                break;
            case < 27 when _bound.Count > 0:
                Delete(_bound[a % _bound.Count].Pod);
                break;
            case 27:
                RemoveNode($"node-{a % Nodes:D4}");
                break;
            case 28:
                AddNode(a % Nodes);
                break;
            case 29 when _toEvict.Count > 0:
                Delete(_toEvict[a % _toEvict.Count]);
                break;
            default:
                Pass(TimeSpan.FromSeconds(b % 10 == 0 ? 200 : b % 12));
                break;
        }

        TakeEvictions();
    }

    /// <summary>What must hold at any time.</summary>
    public void Check()
    {
        Scheduler.AssertInvariants();
        Assert.That(Scheduler.Reservations, Has.Count.LessThan(2));
        Assert.That(
            Scheduler.Reservations.All(r => r.Gang is { PlacedCount: 0, Wait: "" } && Scheduler.Gangs.Find(r.Gang.Key) == r.Gang),
            "nodes are reserved for a gang that does not wait for room");
        CheckExclusive();
        foreach (GangUnit gang in Scheduler.Gangs.Gangs)
        {
            Assert.That(
                gang.PlacedCount == 0 || gang.IsWhole || gang.IsStarted || gang.StartingSince is not null,
                $"{gang.Key} holds {gang.PlacedCount} places, which is less than it needs, and nobody repairs it");
            foreach (GangPod pod in gang.Pods.Where(p => p.State is GangPodState.Held or GangPodState.Bound && Scheduler.Cluster.Working.Directory.TryFind(p.Node, out _)))
            {
                Assert.That(IsOn(pod.Node, pod.Pod), $"{pod.Pod} is {pod.State} on {pod.Node} and is not there");
            }
        }
    }

    /// <summary>All nodes are there, all binds succeed, all evictions are carried out, and time passes.</summary>
    public void Settle()
    {
        for (int n = 0; n < Nodes; n++)
        {
            AddNode(n);
        }

        for (int turn = 0; turn < 20; turn++)
        {
            Pass(TimeSpan.FromMinutes(1));
            ScheduleAll();
            while (_bindings.Started.Count > 0)
            {
                FinishBind(0, Status.Success);
            }

            TakeEvictions();
            while (_toEvict.Count > 0)
            {
                Delete(_toEvict[0]);
            }

            Check();
        }
    }

    /// <summary>Whoever has nodes reserved has no room yet.</summary>
    public void CheckReservations()
    {
        foreach (GangReservation reservation in Scheduler.Reservations)
        {
            Assert.That(FitsNow(reservation.Gang), Is.False, $"{reservation.Gang.Key} has nodes reserved, and there is room for it");
        }
    }

    /// <summary>Nobody waits who could be placed: no event was missed, and nobody holds room that they do not use.</summary>
    public void CheckNothingWaitsThatHasRoom()
    {
        foreach (GangUnit gang in Scheduler.Gangs.Gangs.Where(g => g.Wait.Length == 0 && g.CountOf(GangPodState.Pending) > 0))
        {
            Assert.That(FitsNow(gang), Is.False, $"{gang.Key} waits, and there is room for it");
        }

        Evaluator evaluator = MakeEvaluator();
        foreach (QueuedPodInfo queued in Scheduler.Queue.Unschedulable.Where(q => q.Gang is null))
        {
            Assert.That(evaluator.Decide(queued.Class, Scheduler.Cluster.Fork(), 0).IsFound, Is.False, $"{queued.Pod} waits, and there is room for it");
        }
    }

    /// <summary>A pod of a gang of two that claims its node.</summary>
    private void EnqueueExclusive(int gang, int index)
    {
        const string Label = "jobset.sigs.k8s.io/job-key";
        GangKey key = new(Label, "default", $"x{gang}");
        GangGroup group = new() { MinPods = 2, RequiredLevel = TopologyLevels.Hostname };
        Enqueue(TestCluster.Pod($"x{gang}-{index}") with
        {
            Uid = $"x{gang}-{index}",
            Labels = LabelSet.Of((Label, key.Name)),
            Gang = new GangMembership(key)
            {
                Implied = new GangObject { Key = key, Group = group },
                Exclusive = [new ExclusiveTopology(TopologyLevels.Hostname, Label, AllNamespaces: true)],
            },
        });
    }

    private void CheckExclusive()
    {
        for (int node = 0; node < Scheduler.Cluster.Working.Blocks.Length * Block.Size; node++)
        {
            HashSet<string> groups = [];
            foreach (Placement placement in Scheduler.Cluster.Working.BlockOf(node).PlacementsOn(node % Block.Size))
            {
                groups.UnionWith(placement.Pod.Labels.Values);
            }

            Assert.That(groups, Has.Count.LessThan(2), $"two groups that claim their nodes are on node {node}");
        }
    }

    /// <summary>All pods of a gang end.</summary>
    public void End(string gang)
    {
        foreach (GangPod pod in Scheduler.Gangs.Find(TestGangs.Key(gang))!.Pods.ToArray())
        {
            Delete(pod.Pod);
        }
    }

    private static Evaluator MakeEvaluator() => new(TestCluster.Profile(new RoomFilter(), new FreeCpuScore()));

    private bool FitsNow(GangUnit gang)
    {
        Scheduler.Cluster.Publish();
        Draft draft = Scheduler.Cluster.Fork();
        GangPlacement placement = new GangPlacer(MakeEvaluator(), TopologyLevels.Default, new GangPlacerOptions()).Place(gang.Unit(draft.Directory), draft, 0);
        return placement.Members.Any(m => !m.Member.IsPlaced);
    }

    private void Enqueue(Pod pod)
    {
        _waiting.Add(pod);
        Scheduler.Enqueue(pod);
    }

    private bool ScheduleOne()
    {
        bool tried = Scheduler.ScheduleOne().Queued is not null;
        Scheduler.Cluster.Working.Settle();
        return tried;
    }

    private void FinishBind(int which, Status status)
    {
        (QueuedPodInfo queued, NodeReservation reservation) = _bindings.Started[which % _bindings.Started.Count];
        if (status.IsSuccess)
        {
            _waiting.Remove(queued.Pod);
            _bound.Add((queued.Pod, reservation.Node.Name));
        }

        _bindings.Finish(Scheduler, queued.Pod, status);
        TakeEvictions();
    }

    private void Delete(Pod pod)
    {
        int at = _bound.FindIndex(b => ReferenceEquals(b.Pod, pod));
        _waiting.Remove(pod);
        _toEvict.Remove(pod);
        _bindings.Drop(pod);
        if (at < 0 || !Scheduler.Cluster.Working.Directory.TryFind(_bound[at].Node, out int node))
        {
            Scheduler.Abandon(pod);
        }
        else
        {
            Scheduler.Release(node, pod, Scheduler.Cluster.Classes.Intern(pod.Spec));
        }

        if (at >= 0)
        {
            _bound.RemoveAt(at);
        }
    }

    private void TakeEvictions()
    {
        while (Scheduler.TryTakeEviction(out GangEviction? eviction))
        {
            Assert.That(eviction.Pods.Select(p => _bound.Exists(b => ReferenceEquals(b.Pod, p))), Is.All.True, "only bound pods are evicted");
            _toEvict.AddRange(eviction.Pods);
        }
    }

    private void Pass(TimeSpan time)
    {
        _time.Advance(time);
        Scheduler.ExpireWaiting();
        TakeEvictions();
    }

    private void RemoveNode(string name) => Scheduler.Cluster.RemoveNode(name);

    private void AddNode(int index)
    {
        Node node = TestCluster.Node(index);
        if (Scheduler.Cluster.Working.Directory.TryFind(node.Name, out _))
        {
            return;
        }

        Scheduler.Cluster.SetNodes(node);
        Scheduler.Cluster.Working.Directory.TryFind(node.Name, out int at);

        // Whoever drives a scheduler puts back what the API has there, and what is on its way there.
        IEnumerable<Pod> onTheWay = _bindings.Started.Where(s => s.Reservation.Node.Name == node.Name).Select(s => s.Queued.Pod);
        foreach (Pod pod in _bound.Where(b => b.Node == node.Name).Select(b => b.Pod).Concat(onTheWay))
        {
            Scheduler.Adopt(at, pod, Scheduler.Cluster.Classes.Intern(pod.Spec), DeviceSet.Empty);
        }

        Scheduler.Queue.Move(new ClusterChange(new ClusterEvent(EventResource.Node, ActionTypes.Add)) { NewNode = node });
    }

    private bool IsOn(string name, Pod pod)
    {
        Scheduler.Cluster.Working.Directory.TryFind(name, out int node);
        foreach (Placement placement in Scheduler.Cluster.Working.BlockOf(node).PlacementsOn(node % Block.Size))
        {
            if (ReferenceEquals(placement.Pod, pod))
            {
                return true;
            }
        }

        return false;
    }
}
