using System.Collections.Immutable;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// The PriorityClasses of the cluster as a watch tells them. Pods have theirs resolved by the API server's admission; this is for whoever names a class
/// beside a pod, such as a PodGroup. Any thread may ask.
/// </summary>
public sealed class PriorityClassDirectory : IObjectHandler<PriorityClass>
{
    private ImmutableDictionary<string, PriorityClass> _byName = ImmutableDictionary.Create<string, PriorityClass>(StringComparer.Ordinal);

    /// <summary>The class of whoever names none; null: there is no such class and the priority is 0. Of several the one of the smallest value, as for the API server.</summary>
    public PriorityClass? GlobalDefault => Volatile.Read(ref _byName).Values.Where(c => c.IsGlobalDefault).MinBy(c => c.Value);

    /// <summary>The class of this name, and <see cref="GlobalDefault"/> where that is empty; null: there is none (yet).</summary>
    public PriorityClass? Find(string name) => name.Length == 0 ? GlobalDefault : Volatile.Read(ref _byName).GetValueOrDefault(name);

    public void OnAdded(PriorityClass value) => Volatile.Write(ref _byName, _byName.SetItem(value.Name, value));

    public void OnUpdated(PriorityClass before, PriorityClass after) => OnAdded(after);

    public void OnDeleted(PriorityClass last) => Volatile.Write(ref _byName, _byName.Remove(last.Name));

    public void OnSynced()
    {
        // Nobody waits for it: what is not there yet is asked for again.
    }
}
