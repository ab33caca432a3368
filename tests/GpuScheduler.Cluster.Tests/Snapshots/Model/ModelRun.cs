namespace GpuScheduler.Cluster.Tests;

/// <summary>Runs commands on a cluster and on its model, and compares all live states of both after each.</summary>
internal sealed class ModelRun
{
    private const int LiveForks = 3;
    private const int LiveSnapshots = 4;

    private readonly ClusterWriter _cluster = new(TieKeys.Seeded(7));
    private readonly ModelDraft _working;
    private readonly List<ModelDraft> _forks = [];
    private readonly List<(Snapshot Snapshot, NaiveView View)> _published = [];
    private readonly StampRules _stamps = new();
    private long _version;
    private int _names;

    public ModelRun(int nodes)
    {
        _working = new ModelDraft(_cluster.Working, NaiveView.Empty);
        _published.Add((_cluster.Head, NaiveView.Empty));
        SetNodes([.. Enumerable.Range(0, nodes).Select(i => NodeOf($"n{i:d3}", i % 5))]);
        Publish();
    }

    public void Do(Command command)
    {
        ModelDraft target = command.Target == 0 || _forks.Count == 0 ? _working : _forks[command.Target % _forks.Count];
        switch (command.Kind)
        {
            case CommandKind.Place:
                PlaceOn(target, command);
                break;
            case CommandKind.PlaceWithoutDevices when target.View.Nodes.Count > 0:
                target.PlaceWithoutDevices(NodeFor(target, command.A), NewPod(), ClassOf(command.B), ++_version);
                break;
            case CommandKind.Remove:
                RemoveFrom(target, command);
                break;
            case CommandKind.Mark:
                target.Mark();
                break;
            case CommandKind.RollBack:
                target.RollBack(command.A, () => ++_version);
                break;
            case CommandKind.Fork when _forks.Count < LiveForks:
                _forks.Add(new ModelDraft(_cluster.Fork(), _published[^1].View));
                break;
            case CommandKind.Commit when _forks.Count > 0:
                Commit(_forks[command.A % _forks.Count]);
                break;
            case CommandKind.Reset when _forks.Count > 0:
                (Snapshot snapshot, NaiveView view) = _published[command.B % _published.Count];
                _forks[command.A % _forks.Count].Reset(snapshot, view);
                break;
            case CommandKind.Publish:
                Publish();
                break;
            case CommandKind.SetNodes:
                SetNodes([.. Enumerable.Range(0, 1 + (command.C % 3)).Select(i => NodeFrom(command, i))]);
                break;
            case CommandKind.RemoveNode when _working.View.Nodes.Count > 0:
                RemoveNode(NodeFor(_working, command.A));
                break;
            case CommandKind.Settle:
                _cluster.Working.Settle();
                _working.Forget();
                break;
        }

        Compare();
    }

    private void Compare()
    {
        foreach (ModelDraft draft in (ModelDraft[])[_working, .. _forks])
        {
            draft.View.AssertSame(draft.Draft);
            _stamps.See(draft.Draft, draft.View);
        }

        foreach ((Snapshot snapshot, NaiveView view) in _published)
        {
            view.AssertSame(snapshot);
            _stamps.See(snapshot, view);
        }
    }

    private void PlaceOn(ModelDraft target, Command command)
    {
        if (target.View.Nodes.Count == 0)
        {
            return;
        }

        PodClass podClass = ClassOf(command.B);
        DeviceSet devices = DeviceSet.Empty;
        for (int i = 0; i < podClass.Devices.Count; i++)
        {
            devices = devices.With((command.C + i) % 5);
        }

        target.Place(NodeFor(target, command.A), NewPod(), podClass, devices, ++_version);
    }

    private void RemoveFrom(ModelDraft target, Command command)
    {
        (string Name, NaivePod Pod)[] all = [.. target.View.Nodes.SelectMany(n => n.Value.Pods.Select(p => (n.Key, p)))];
        if (all.Length > 0)
        {
            (string name, NaivePod pod) = all[command.A % all.Length];
            target.Remove(name, pod, ++_version);
            target.RemoveStranger(name, pod.Pod);
        }
    }

    private void Commit(ModelDraft fork)
    {
        bool expected = fork.Used.All(n =>
            _working.View.Nodes.TryGetValue(n, out NaiveNode? now) && now.Version == fork.Start.Nodes[n].Version);
        CommitResult result = _cluster.Commit(fork.Draft);
        if (result.IsCommitted != expected || result.ConflictNode >= 0 == expected)
        {
            throw new InvalidOperationException($"{result}, but the nodes used are unchanged: {expected}");
        }

        if (expected)
        {
            foreach (string name in fork.Used.Distinct())
            {
                _working.Change(fork.View.Nodes[name] with { Version = ++_version });
            }
        }

        fork.Reset(_cluster.Head, _published[^1].View);
    }

    private void Publish()
    {
        Snapshot snapshot = _cluster.Publish();
        if (!ReferenceEquals(snapshot, _published[^1].Snapshot))
        {
            _published.Add((snapshot, _working.View));
            _working.Forget();
        }

        if (_published.Count > LiveSnapshots)
        {
            _published.RemoveAt(0);
        }
    }

    private void SetNodes(Node[] nodes)
    {
        _cluster.SetNodes(nodes);
        foreach (Node node in nodes)
        {
            // The same object again is no change; of two states of a node the last counts.
            NaiveNode old = _working.View.Nodes.GetValueOrDefault(node.Name) ?? new NaiveNode(node, [], 0);
            Node last = nodes.Last(n => n.Name == node.Name);
            if (ReferenceEquals(node, last))
            {
                _working.View = _working.View.With(ReferenceEquals(old.Node, node) && old.Version > 0 ? old : old.On(node, ++_version));
            }
        }

        _working.Forget();
    }

    private void RemoveNode(string name)
    {
        _cluster.RemoveNode(name);
        _working.View = new NaiveView(_working.View.Nodes.Remove(name));
        _working.Forget();
    }

    /// <summary>A new node, or a known one: as it is, or with other devices and resources.</summary>
    private Node NodeFrom(Command command, int i)
    {
        if (_working.View.Nodes.Count == 0 || (command.A + i) % 6 == 0)
        {
            return NodeOf($"m{_names++:d3}", command.B);
        }

        string name = NodeFor(_working, command.A + i);
        return (command.B + i) % 4 == 0 ? _working.View.Nodes[name].Node : NodeOf(name, command.B + i);
    }

    /// <summary>One of the last nodes mostly: few nodes with much on them make conflicts, and the last are in another block than the first.</summary>
    private static string NodeFor(ModelDraft draft, int choice)
    {
        int count = draft.View.Nodes.Count;
        int at = choice % 7 == 0 ? choice % count : count - 1 - (choice % Math.Min(count, 4));
        return draft.View.Nodes.Keys.ElementAt(at);
    }

    private static Node NodeOf(string name, int kind) => new()
    {
        Name = name,
        Allocatable = ResourceList.Of(("cpu", 1000 + kind), ($"example.com/late-{kind % 9}", kind)),
        Shape = DeviceShape.Uniform("A100", kind % 5, 40),
    };

    private PodClass ClassOf(int kind) => _cluster.Classes.Intern(new PodSpec
    {
        Containers = [new Container { Requests = ResourceList.Of(("cpu", 100), ("memory", kind), ($"example.com/own-{kind % 11}", 1)) }],
        Devices = (kind % 5) switch
        {
            0 => DeviceRequest.None,
            1 => new DeviceRequest { Count = 1, Milli = 300 },
            2 => new DeviceRequest { Count = 1, Milli = 1000 },
            3 => new DeviceRequest { Count = 2, Milli = 500 },
            _ => new DeviceRequest { Count = 1, MemoryMiB = 7 },
        },
    });

    private Pod NewPod() => new() { Name = $"p{_names++:d5}", Spec = new PodSpec() };
}
