using System.Diagnostics.CodeAnalysis;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// The gangs: the objects that state them, as whoever drives the scheduler tells, and the pods that belong to them. It invents nothing: a pod whose
/// object is not there waits for it. One thread, the scheduler's.
/// </summary>
public sealed class GangTable
{
    private readonly Dictionary<GangKey, GangObject> _objects = [];
    private readonly Dictionary<GangKey, GangUnit> _gangs = [];
    private readonly Dictionary<Pod, GangPod> _pods = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<GangUnit> _news = new();
    private readonly HashSet<GangUnit> _isNews = [];

    /// <summary>The gangs that have pods, in no order.</summary>
    public IReadOnlyCollection<GangUnit> Gangs => _gangs.Values;

    /// <summary>The objects that were told of, in no order.</summary>
    public IReadOnlyCollection<GangObject> Objects => _objects.Values;

    /// <summary>The object of this key; null: none was told of.</summary>
    public GangObject? FindObject(GangKey key) => _objects.GetValueOrDefault(key);

    /// <summary>The gang that this object is the top of; null where it has no pods.</summary>
    public GangUnit? Find(GangKey key) => _gangs.GetValueOrDefault(key);

    /// <summary>What is known of a pod; null where it is none of a gang that is placed as one.</summary>
    public GangPod? Find(Pod pod) => _pods.GetValueOrDefault(pod);

    /// <summary>
    /// Takes a gang of which <see cref="GangUnit.Wait"/> has changed since it was taken last: the news to tell users.
    /// </summary>
    public bool TryTakeNews([NotNullWhen(true)] out GangUnit? gang)
    {
        while (_news.TryDequeue(out gang))
        {
            if (_isNews.Remove(gang) && gang.Pods.Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Checks that every pod is in exactly one gang, and every gang's figures are those of its pods.</summary>
    /// <exception cref="InvalidOperationException">An invariant is broken.</exception>
    public void AssertInvariants()
    {
        int pods = 0;
        foreach (GangUnit gang in _gangs.Values)
        {
            pods += gang.Pods.Count;
            foreach (GangPodState state in Enum.GetValues<GangPodState>())
            {
                Require(gang.Pods.Count(p => p.State == state) == gang.CountOf(state), gang, $"its count of {state} pods is wrong");
            }

            Require(gang.Pods.Count > 0, gang, "it has no pods and is known all the same");
            for (int i = 0; i < gang.Pods.Count; i++)
            {
                GangPod pod = gang.Pods[i];
                Require(_pods.GetValueOrDefault(pod.Pod) == pod && pod.Gang == gang && pod.Index == i, gang, $"pod {pod.Pod} is not the one that the table knows");
                Require(pod.State is GangPodState.Gated or GangPodState.Pending == (pod.Node.Length == 0), gang, $"pod {pod.Pod} is {pod.State} on node \"{pod.Node}\"");
            }
        }

        if (pods != _pods.Count)
        {
            throw new InvalidOperationException($"gangs have {pods} pods, the table knows {_pods.Count}");
        }

        static void Require(bool holds, GangUnit gang, string what)
        {
            if (!holds)
            {
                throw new InvalidOperationException($"gang {gang.Key}: {what}");
            }
        }
    }

    /// <returns>The gang whose pods this concerns; null: none has any.</returns>
    internal GangUnit? Set(GangObject stated)
    {
        _objects[stated.Key] = stated;
        return Refresh(stated.Key);
    }

    /// <inheritdoc cref="Set(GangObject)"/>
    internal GangUnit? Remove(GangKey key) => _objects.Remove(key) ? Refresh(key) : null;

    internal GangPod Add(QueuedPodInfo queued, GangPodState state, string node)
    {
        GangMembership membership = queued.Pod.Gang!;
        if (!_gangs.TryGetValue(membership.Gang, out GangUnit? gang))
        {
            gang = new GangUnit(membership.Gang);
            _gangs.Add(membership.Gang, gang);
        }

        GangPod pod = new(queued, gang) { State = state, Node = node };
        gang.Add(pod);
        _pods.Add(pod.Pod, pod);
        if (gang.Stated is null)
        {
            State(gang);
        }

        return pod;
    }

    internal void Remove(GangPod pod)
    {
        _pods.Remove(pod.Pod);
        pod.Gang.Remove(pod);
        if (pod.Gang.Pods.Count == 0)
        {
            _gangs.Remove(pod.Gang.Key);
        }
    }

    /// <summary>Finds out anew what a gang waits for, and notes where that is news.</summary>
    internal void Review(GangUnit gang)
    {
        string before = gang.Wait;
        gang.Review();
        if (before != gang.Wait && _isNews.Add(gang))
        {
            _news.Enqueue(gang);
        }
    }

    private GangUnit? Refresh(GangKey key)
    {
        if (_gangs.TryGetValue(key, out GangUnit? gang))
        {
            State(gang);
        }

        return gang;
    }

    private void State(GangUnit gang)
    {
        GangObject? stated = _objects.GetValueOrDefault(gang.Key) ?? gang.Pods.Select(p => p.Membership.Implied).FirstOrDefault(i => i is not null);
        gang.Missing = stated is null ? gang.Key.ToString() : "";
        gang.SetStated(stated);
    }
}
