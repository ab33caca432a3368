using System.Collections.Immutable;

namespace GpuScheduler.Emulator;

/// <summary>The objects of one resource at one moment, in the order of their keys. Immutable: a list that is read in pages keeps its own.</summary>
internal sealed class ObjectTable
{
    private static readonly ImmutableSortedDictionary<string, StoredObject> NoObjects = ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);
    public static readonly ObjectTable Empty = new(ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, StoredObject>>(StringComparer.Ordinal));
    private readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, StoredObject>> _namespaces;

    private ObjectTable(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, StoredObject>> namespaces) => _namespaces = namespaces;

    public StoredObject? Find(string space, string name) => _namespaces.GetValueOrDefault(space, NoObjects).GetValueOrDefault(name);

    public ObjectTable With(StoredObject stored)
        => new(_namespaces.SetItem(stored.Namespace, _namespaces.GetValueOrDefault(stored.Namespace, NoObjects).SetItem(stored.Name, stored)));

    public ObjectTable Without(StoredObject stored)
    {
        ImmutableSortedDictionary<string, StoredObject> rest = _namespaces.GetValueOrDefault(stored.Namespace, NoObjects).Remove(stored.Name);
        return new(rest.IsEmpty ? _namespaces.Remove(stored.Namespace) : _namespaces.SetItem(stored.Namespace, rest));
    }

    public bool HasAny(string space) => _namespaces.ContainsKey(space);

    /// <summary>All objects, or those of one namespace where <paramref name="space"/> is not empty.</summary>
    public IEnumerable<StoredObject> In(string space)
    {
        if (space.Length > 0) return _namespaces.GetValueOrDefault(space, NoObjects).Values;
        return _namespaces.Values.SelectMany(objects => objects.Values);
    }
}
