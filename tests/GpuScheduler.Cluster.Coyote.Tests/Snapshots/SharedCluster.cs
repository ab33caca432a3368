using Microsoft.Coyote.Specifications;

namespace GpuScheduler.Cluster.Coyote.Tests;

/// <summary>
/// One cluster shared by tasks: schedulers that each fork the head, put their pod on the first node with room and hand the draft
/// over; the one writer, which commits and publishes in batches and moves a pod of its own to and fro; readers of the head.
/// Any task throws once it sees what must never be.
/// </summary>
internal sealed class SharedCluster : IDisposable
{
    private const int Schedulers = 3;
    private const int Looks = 3;

    private readonly WriterRule _rule;
    private readonly ClusterWriter _cluster = new(TieKeys.Seeded(1));
    private readonly PodClass _class;
    private readonly Pod _mover = new() { Name = "mover", Spec = new PodSpec() };
    private readonly List<Trial> _inbox = [];
    private readonly SemaphoreSlim _arrived = new(0);

    public SharedCluster(WriterRule rule)
    {
        _rule = rule;

        // Two of these pods fit on no node together.
        _class = _cluster.Classes.Intern(new PodSpec
        {
            Containers = [new Container { Requests = ResourceList.Of((ResourceNames.Cpu, 600)) }],
            Devices = new DeviceRequest { Count = 1, Milli = 600 },
        });
        _cluster.SetNodes(Enumerable.Range(0, Schedulers).Select(i => new Node
        {
            Name = $"gpu-{i}",
            Allocatable = ResourceList.Of((ResourceNames.Cpu, 1000)),
            Shape = DeviceShape.Uniform("A100", 1),
        }));
        _cluster.SetNodes(new Node { Name = "cpu-0" }, new Node { Name = "cpu-1" });
        _cluster.Working.PlaceWithoutDevices(Schedulers, _mover, _cluster.Classes.Intern(_mover.Spec));
        _cluster.Publish();
    }

    public void Dispose() => _arrived.Dispose();

    public async Task RunAsync()
    {
        List<Task> tasks = [Task.Run(WriteAsync), Task.Run(Read)];
        for (int i = 0; i < Schedulers; i++)
        {
            Pod pod = new() { Name = $"pod-{i}", Spec = _class.Spec };
            tasks.Add(Task.Run(() => ScheduleAsync(pod)));
        }

        await Task.WhenAll(tasks.ToArray());
        Check(_cluster.Head);
        Require(Enumerable.Range(0, Schedulers).Sum(n => PodsOn(_cluster.Head, n)) == Schedulers, "a placed pod is lost");
    }

    private async Task ScheduleAsync(Pod pod)
    {
        // Whoever is refused has lost its node to another pod, and the next fork sees that: no more attempts than schedulers.
        for (int attempt = 0; attempt < Schedulers; attempt++)
        {
            Draft draft = _cluster.Fork();
            int node = FirstWithRoom(draft);
            draft.Place(node, pod, _class, DeviceSet.Only(0));
            Trial trial = new(draft, node, pod, _class);
            lock (_inbox)
            {
                _inbox.Add(trial);
            }

            _arrived.Release();
            if (await trial.Committed.Task)
            {
                Require(IsOn(_cluster.Head, node, pod), $"{pod} is committed but not in the head");
                return;
            }
        }

        Require(false, $"{pod} was refused by a node that nobody changed");
    }

    private async Task WriteAsync()
    {
        for (int committed = 0; committed < Schedulers;)
        {
            await _arrived.WaitAsync();
            Trial[] batch;
            lock (_inbox)
            {
                batch = [.. _inbox];
                _inbox.Clear();
            }

            bool[] answers = [.. batch.Select(TryCommit)];
            committed += answers.Count(a => a);
            Move();
            if (_rule == WriterRule.AnswersEarly)
            {
                Answer(batch, answers);
                _cluster.Publish();
            }
            else
            {
                _cluster.Publish();
                Answer(batch, answers);
            }
        }
    }

    private bool TryCommit(Trial trial)
    {
        if (_rule != WriterRule.CommitsUnchecked)
        {
            return _cluster.Commit(trial.Draft).IsCommitted;
        }

        _cluster.Working.PlaceWithoutDevices(trial.Node, trial.Pod, trial.Class);
        return true;
    }

    private void Move()
    {
        int from = PodsOn(_cluster.Working, Schedulers) > 0 ? Schedulers : Schedulers + 1;
        _cluster.Working.Remove(from, _mover);
        if (_rule == WriterRule.PublishesHalves)
        {
            _cluster.Publish();
        }

        int to = from == Schedulers ? Schedulers + 1 : Schedulers;
        _cluster.Working.PlaceWithoutDevices(to, _mover, _cluster.Classes.Intern(_mover.Spec));
    }

    private static void Answer(Trial[] batch, bool[] answers)
    {
        for (int i = 0; i < batch.Length; i++)
        {
            batch[i].Committed.SetResult(answers[i]);
        }
    }

    private void Read()
    {
        ClusterView first = _rule == WriterRule.ShowsWorkingState ? _cluster.Working : _cluster.Head;
        string then = Content(first);
        long revision = 0;
        for (int i = 0; i < Looks; i++)
        {
            if (_rule == WriterRule.ShowsWorkingState)
            {
                Check(_cluster.Working);
                continue;
            }

            Snapshot head = _cluster.Head;
            Require(head.Revision >= revision, "the head went back");
            revision = head.Revision;
            Check(head);
        }

        Require(Content(first) == then, "a state that a reader holds has changed");
    }

    private static void Check(ClusterView view)
    {
        view.AssertInvariants();
        Require(PodsOn(view, Schedulers) + PodsOn(view, Schedulers + 1) == 1, "the moving pod is on no node, or on two");
        for (int node = 0; node < Schedulers; node++)
        {
            long milli = 0;
            foreach (Placement placement in view.BlockOf(node).PlacementsOn(node))
            {
                milli += placement.Class.Devices.Milli;
            }

            Require(milli <= Device.FullMilli, $"device of node {node} is booked twice: {milli} milli");
            Require(view.BlockOf(node).Requested(Vocabulary.CpuId)[node] <= 1000, $"CPU of node {node} is oversold");
        }
    }

    private static int FirstWithRoom(Draft draft)
    {
        for (int node = 0; node < Schedulers; node++)
        {
            if (draft.BlockOf(node).Requested(Vocabulary.CpuId)[node] <= 400)
            {
                return node;
            }
        }

        throw new InvalidOperationException("the schedulers find less room than there is");
    }

    private static int PodsOn(ClusterView view, int node) => (int)view.BlockOf(node).Requested(Vocabulary.PodsId)[node];

    private static bool IsOn(ClusterView view, int node, Pod pod)
    {
        foreach (Placement placement in view.BlockOf(node).PlacementsOn(node))
        {
            if (ReferenceEquals(placement.Pod, pod))
            {
                return true;
            }
        }

        return false;
    }

    private static string Content(ClusterView view)
    {
        List<string> lines = [];
        for (int node = 0; node < view.NodeCount; node++)
        {
            foreach (Placement placement in view.BlockOf(node).PlacementsOn(node))
            {
                lines.Add($"{view.NodeAt(node)} {placement.Pod} {placement.Devices}");
            }
        }

        return string.Join('\n', lines);
    }

    /// <summary>Stops the exploration at once, whoever waits for this task.</summary>
    private static void Require(bool condition, string otherwise) => Specification.Assert(condition, otherwise);
}
