namespace GpuScheduler.Cluster.Tests;

/// <summary>A draft and the model of it, side by side.</summary>
internal sealed class ModelDraft(Draft draft, NaiveView start)
{
    private readonly List<string> _used = [];
    private readonly List<(int Mark, NaiveView View, int Used)> _marks = [];

    public Draft Draft { get; } = draft;

    public NaiveView Start { get; private set; } = start;

    public NaiveView View { get; set; } = start;

    /// <summary>Nodes of the changes that stand, in order.</summary>
    public IReadOnlyList<string> Used => _used;

    public void Place(string name, Pod pod, PodClass podClass, DeviceSet devices, long version)
    {
        NaiveNode node = View.Nodes[name];
        Draft.Directory.TryFind(name, out int index);
        bool possible = devices.Count == podClass.Devices.Count
            && Enumerable.Range(0, Device.MaxPerNode).Where(devices.Contains).All(d => node.CanTake(podClass.Devices, d));
        bool done = Try(() => Draft.Place(index, pod, podClass, devices));
        if (possible != done)
        {
            throw new InvalidOperationException($"{pod} on {name}, devices {devices}: possible {possible}, done {done}");
        }

        if (done)
        {
            Change(node with { Pods = [.. node.Pods, new NaivePod(pod, podClass, devices, DeviceSet.Empty)], Version = version });
        }
    }

    public void PlaceWithoutDevices(string name, Pod pod, PodClass podClass, long version)
    {
        NaiveNode node = View.Nodes[name];
        Draft.Directory.TryFind(name, out int index);
        Draft.PlaceWithoutDevices(index, pod, podClass);
        Change(node with { Pods = [.. node.Pods, new NaivePod(pod, podClass, DeviceSet.Empty, DeviceSet.Empty)], Version = version });
    }

    public void Remove(string name, NaivePod pod, long version)
    {
        NaiveNode node = View.Nodes[name];
        Draft.Directory.TryFind(name, out int index);
        Draft.Remove(index, pod.Pod);
        Change(node with { Pods = [.. node.Pods.Where(p => p != pod)], Version = version });
    }

    public void RemoveStranger(string name, Pod pod)
    {
        Draft.Directory.TryFind(name, out int index);
        if (Try(() => Draft.Remove(index, pod)))
        {
            throw new InvalidOperationException($"{pod} was removed from {name}, where it never was");
        }
    }

    public void Mark() => _marks.Add((Draft.Mark(), View, _used.Count));

    /// <summary>Rolls back to one of the marks, if there are any. States taken back count as changes too.</summary>
    public void RollBack(int choice, Func<long> nextVersion)
    {
        if (_marks.Count == 0)
        {
            return;
        }

        int at = choice % _marks.Count;
        (int mark, NaiveView view, int used) = _marks[at];
        Draft.RollBack(mark);
        foreach (string name in _used.Skip(used).Distinct())
        {
            View = View.With(view.Nodes[name] with { Version = nextVersion() });
        }

        _used.RemoveRange(used, _used.Count - used);
        _marks.RemoveRange(at, _marks.Count - at);
    }

    public void Reset(Snapshot snapshot, NaiveView view)
    {
        Draft.Reset(snapshot);
        (Start, View) = (view, view);
        Forget();
    }

    /// <summary>After a commit, a publication or a change of nodes: no mark from before is good any more.</summary>
    public void Forget()
    {
        _used.Clear();
        _marks.Clear();
    }

    public void Change(NaiveNode node)
    {
        View = View.With(node);
        _used.Add(node.Node.Name);
    }

    private static bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
