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

    /// <summary>All objects, or those of one namespace where <paramref name="space"/> is not empty; only those after a key <c>namespace/name</c>, if one is given.</summary>
    public IEnumerable<StoredObject> In(string space, string after = "")
    {
        int slash = after.IndexOf('/', StringComparison.Ordinal);
        string afterSpace = slash < 0 ? "" : after[..slash], afterName = after[(slash + 1)..];
        foreach ((string held, ImmutableSortedDictionary<string, StoredObject> objects) in _namespaces)
        {
            if (space.Length > 0 && held != space) continue;
            int order = after.Length == 0 ? 1 : string.CompareOrdinal(held, afterSpace);
            if (order < 0) continue;
            foreach ((string name, StoredObject stored) in objects)
                if (order > 0 || string.CompareOrdinal(name, afterName) > 0) yield return stored;
        }
    }
}
