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
    private readonly GangAssembly _assembly = new();

    /// <summary>Objects that exist, as opposed to those that pods imply.</summary>
    private readonly HashSet<GangKey> _told = [];

    /// <summary>By the object that they name: the pods, and what they imply of it.</summary>
    private readonly Dictionary<GangKey, (List<GangPod> Pods, List<GangObject> Implied)> _byObject = [];
    private readonly Dictionary<GangKey, GangUnit> _gangs = [];
    private readonly Dictionary<Pod, GangPod> _pods = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<GangUnit> _news = new();
    private readonly HashSet<GangUnit> _isNews = [];

    /// <summary>The gangs that have pods, in no order.</summary>
    public IReadOnlyCollection<GangUnit> Gangs => _gangs.Values;

    /// <summary>The gang that this object is the top of; null where it has no pods.</summary>
    public GangUnit? Find(GangKey key) => _gangs.GetValueOrDefault(key);

    /// <summary>The object that states a gang or a part of one; null where neither an object nor a pod does.</summary>
    public GangObject? FindObject(GangKey key) => _assembly.ObjectOf(key);

    /// <summary>What is known of a pod; null where it is none of a gang that is placed as one.</summary>
    public GangPod? Find(Pod pod) => _pods.GetValueOrDefault(pod);

    /// <summary>How many gangs have pods that wait: for nothing but room, and for something else.</summary>
    public (int WithoutRoom, int Incomplete) CountWaiting()
    {
        int withoutRoom = 0, incomplete = 0;
        foreach (GangUnit gang in _gangs.Values)
        {
            if (gang.Wait.Length > 0)
            {
                incomplete++;
            }
            else if (gang.CountOf(GangPodState.Pending) > 0)
            {
                withoutRoom++;
            }
        }

        return (withoutRoom, incomplete);
    }

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
                Require(pod.State is GangPodState.Gated or GangPodState.Pending or GangPodState.Succeeded == (pod.Node.Length == 0), gang, $"pod {pod.Pod} is {pod.State} on node \"{pod.Node}\"");
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

    /// <returns>The gangs whose pods this concerns, those included that have none any more.</returns>
    internal IReadOnlyCollection<GangUnit> Set(GangObject stated)
    {
        _told.Add(stated.Key);
        bool wasAlone = IsAlone(stated.Key);
        _assembly.Set(stated);
        return Reassemble(wasAlone && IsAlone(stated.Key) ? [stated.Key] : _byObject.Keys);
    }

    /// <inheritdoc cref="Set(GangObject)"/>
    internal IReadOnlyCollection<GangUnit> Remove(GangKey key)
    {
        if (!_told.Remove(key))
        {
            return [];
        }

        bool isAlone = IsAlone(key);
        _assembly.Remove(key);
        Imply(key);
        return Reassemble(isAlone ? [key] : _byObject.Keys);
    }

    /// <summary>A pod that is new here. Where what it implies of its gang is news, the gang is stated anew.</summary>
    /// <param name="queued">The pod.</param>
    /// <param name="state">Where it stands.</param>
    /// <param name="node">Name of the node that it holds a place on; empty: it holds none.</param>
    /// <param name="others">Other gangs that this concerns.</param>
    internal GangPod Add(QueuedPodInfo queued, GangPodState state, string node, out IReadOnlyCollection<GangUnit> others)
    {
        GangMembership membership = queued.Pod.Gang!;
        GangKey key = membership.Gang;
        if (!_byObject.TryGetValue(key, out (List<GangPod> Pods, List<GangObject> Implied) known))
        {
            _byObject.Add(key, known = ([], []));
        }

        others = [];
        bool isNews = membership.Implied is { } implied && !known.Implied.Contains(implied);
        if (isNews)
        {
            known.Implied.Add(membership.Implied!);
            bool wasAlone = IsAlone(key);
            Imply(key);
            others = wasAlone && IsAlone(key) ? [] : Reassemble(_byObject.Keys);
        }

        GangUnit gang = UnitOf(RootOf(key));
        GangPod pod = new(queued, gang) { State = state, Node = node };
        gang.Add(pod);
        known.Pods.Add(pod);
        _pods.Add(pod.Pod, pod);
        if (isNews || gang.Pods.Count == 1)
        {
            Restate(gang);
        }

        return pod;
    }

    /// <returns>Other gangs that this concerns.</returns>
    internal IReadOnlyCollection<GangUnit> Remove(GangPod pod)
    {
        GangKey key = pod.Membership.Gang;
        IReadOnlyCollection<GangUnit> others = [];
        _pods.Remove(pod.Pod);
        pod.Gang.Remove(pod);
        _byObject[key].Pods.Remove(pod);
        if (_byObject[key].Pods.Count == 0)
        {
            _byObject.Remove(key);
            if (!_told.Contains(key))
            {
                bool isAlone = IsAlone(key);
                _assembly.Remove(key);
                others = isAlone ? [] : Reassemble(_byObject.Keys);
            }
        }

        if (pod.Gang.Pods.Count == 0)
        {
            _gangs.Remove(pod.Gang.Key);
        }

        return others;
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

    /// <summary>A pod came to a gang: where that waits for something, the pod has to hear of it too.</summary>
    internal void NoteNewcomer(GangUnit gang)
    {
        if (gang.Wait.Length > 0 && _isNews.Add(gang))
        {
            _news.Enqueue(gang);
        }
    }

    /// <summary>True where the object is a whole gang by itself.</summary>
    private bool IsAlone(GangKey key) => _assembly.GangOf(key) is not { Objects.Length: > 1 } && _assembly.ObjectOf(key)?.Parent is null;

    /// <summary>Where no object of this key exists, what pods imply of it counts.</summary>
    private void Imply(GangKey key)
    {
        if (!_told.Contains(key) && _byObject.TryGetValue(key, out (List<GangPod> Pods, List<GangObject> Implied) known) && known.Implied.Count > 0)
        {
            _assembly.Set(ImpliedGangs.Merge(known.Implied));
        }
    }

    private GangKey RootOf(GangKey key) => _assembly.GangOf(key)?.Key ?? key;

    private GangUnit UnitOf(GangKey root)
    {
        if (!_gangs.TryGetValue(root, out GangUnit? gang))
        {
            gang = new GangUnit(root);
            _gangs.Add(root, gang);
        }

        return gang;
    }

    /// <summary>Objects came, changed or went: their pods may be of other gangs now, and those may be others than they were.</summary>
    private HashSet<GangUnit> Reassemble(IEnumerable<GangKey> objects)
    {
        HashSet<GangUnit> concerned = [];
        foreach (GangKey key in objects)
        {
            if (!_byObject.TryGetValue(key, out (List<GangPod> Pods, List<GangObject> Implied) known) || known.Pods.Count == 0)
            {
                continue;
            }

            GangUnit before = known.Pods[0].Gang;
            GangKey root = RootOf(key);
            if (before.Key != root)
            {
                GangUnit after = UnitOf(root);
                foreach (GangPod pod in known.Pods)
                {
                    before.MoveTo(after, pod);
                }

                concerned.Add(before);
                concerned.Add(after);
            }
            else if (!ReferenceEquals(before.Stated, _assembly.GangOf(key)))
            {
                concerned.Add(before);
            }
        }

        foreach (GangUnit gang in concerned)
        {
            Restate(gang);
            if (gang.Pods.Count == 0)
            {
                _gangs.Remove(gang.Key);
            }
        }

        return concerned;
    }

    private void Restate(GangUnit gang)
    {
        Gang? stated = _assembly.GangOf(gang.Key);
        gang.Missing = stated is null ? gang.Key.ToString() : "";
        gang.SetStated(stated);
    }
}
