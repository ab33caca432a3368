using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace GpuScheduler.Cluster;

/// <summary>
/// Puts gang objects together to whole gangs: objects that name a parent hang below it, and all under one root are one gang. Every object is part of exactly
/// one gang; what is wrong with a tree (a cycle, more than <see cref="MaxLevels"/> levels) is a problem of that gang alone, a parent that does not exist yet is
/// waited for. The same objects give the same gangs, in whatever order they came.
/// </summary>
public sealed class GangAssembly
{
    /// <summary>Objects from a root to the lowest part; Kubernetes allows 4.</summary>
    public const int MaxLevels = 8;

    // What is above it costs every change a step each; nobody has a use for more.
    private const int MaxWay = 64;

    private static readonly Comparer<GangKey> Order = Comparer<GangKey>.Create(static (a, b) =>
        string.CompareOrdinal(a.Kind, b.Kind) is not 0 and var kind ? kind
        : string.CompareOrdinal(a.Namespace, b.Namespace) is not 0 and var space ? space
        : string.CompareOrdinal(a.Name, b.Name));

    private readonly Dictionary<GangKey, GangObject> _objects = [];
    private readonly Dictionary<GangKey, SortedSet<GangKey>> _parts = [];
    private readonly Dictionary<GangKey, Gang> _gangs = [];

    /// <summary>The keys of all objects, in no order.</summary>
    public IReadOnlyCollection<GangKey> Keys => _objects.Keys;

    /// <summary>All gangs of some objects, by their roots' keys in order; of two objects of one key the later counts.</summary>
    public static ImmutableArray<Gang> Assemble(IEnumerable<GangObject> objects)
    {
        GangAssembly assembly = new();
        foreach (GangObject item in objects)
        {
            assembly.Set(item);
        }

        return assembly.ToGangs();
    }

    /// <summary>Adds an object, or replaces the one of its key.</summary>
    public void Set(GangObject item)
    {
        Remove(item.Key);
        Forget(item.Key, item.Parent);
        if (item.Parent is { } parent)
        {
            if (!_parts.TryGetValue(parent, out SortedSet<GangKey>? siblings))
            {
                _parts[parent] = siblings = new SortedSet<GangKey>(Order);
            }

            siblings.Add(item.Key);
        }

        _objects[item.Key] = item;
        Forget(item.Key, item.Parent);
    }

    /// <summary>Removes an object; what is below it becomes gangs of their own that wait for it. False where there is none of that key.</summary>
    public bool Remove(GangKey key)
    {
        if (!_objects.TryGetValue(key, out GangObject? item))
        {
            return false;
        }

        Forget(key, item.Parent);
        _objects.Remove(key);
        if (item.Parent is { } parent && _parts[parent].Remove(key) && _parts[parent].Count == 0)
        {
            _parts.Remove(parent);
        }

        Forget(key, item.Parent);
        return true;
    }

    /// <summary>The object of a key; null where there is none.</summary>
    public GangObject? ObjectOf(GangKey key) => _objects.GetValueOrDefault(key);

    /// <summary>The gang that an object is part of; null where there is no such object.</summary>
    public Gang? GangOf(GangKey key)
    {
        if (Known(key) is null)
        {
            return null;
        }

        (GangKey root, RootKind kind) = RootOf(key);
        if (!_gangs.TryGetValue(root, out Gang? gang))
        {
            _gangs[root] = gang = Make(root, kind);
        }

        return gang;
    }

    /// <summary>All gangs, by their roots' keys in order.</summary>
    public ImmutableArray<Gang> ToGangs() => [.. _objects.Keys.Select(k => GangOf(k)!).Distinct().OrderBy(g => g.Key, Order)];

    /// <summary>What is known of a key: the object, or else what its parts imply.</summary>
    private GangObject? Known(GangKey key) =>
        _objects.TryGetValue(key, out GangObject? item) ? item
        : _parts.TryGetValue(key, out SortedSet<GangKey>? parts) ? ImpliedBy(parts)
        : null;

    private GangObject? ImpliedBy(SortedSet<GangKey> parts)
    {
        GangObject[] implied = [.. parts.Select(p => _objects[p].ImpliedParent).OfType<GangObject>()];
        return implied.Length == 0 ? null : ImpliedGangs.Merge(implied);
    }

    /// <summary>The topmost object above a key; in a cycle, the first of it in order; the key itself where the way up is longer than <see cref="MaxWay"/>.</summary>
    private (GangKey Root, RootKind Kind) RootOf(GangKey key)
    {
        if (ParentOf(key) is null)
        {
            return (key, RootKind.Top);
        }

        HashSet<GangKey> seen = [];
        GangKey at = key;
        while (seen.Add(at))
        {
            if (ParentOf(at) is not { } parent)
            {
                return (at, RootKind.Top);
            }

            if (seen.Count > MaxWay)
            {
                return (key, RootKind.TooDeep);
            }

            at = parent;
        }

        GangKey first = at;
        for (GangKey next = ParentOf(at)!.Value; next != at; next = ParentOf(next)!.Value)
        {
            first = Order.Compare(next, first) < 0 ? next : first;
        }

        return (first, RootKind.Cycle);
    }

    /// <summary>The parent that exists; null: none.</summary>
    private GangKey? ParentOf(GangKey key) => Known(key)?.Parent is { } parent && Known(parent) is not null ? parent : null;

    /// <summary>Drops the gangs that a key is part of, and those that its parts and its siblings are the roots of; called before a change and after it.</summary>
    private void Forget(GangKey key, GangKey? parent)
    {
        _gangs.Remove(RootOf(key).Root);
        ForgetParts(key);
        if (parent is { } above)
        {
            _gangs.Remove(RootOf(above).Root);
            ForgetParts(above);
        }
    }

    private void ForgetParts(GangKey key)
    {
        foreach (GangKey part in _parts.GetValueOrDefault(key) ?? [])
        {
            _gangs.Remove(part);
        }
    }

    private Gang Make(GangKey root, RootKind kind)
    {
        List<GangObject> objects = [];
        List<string> problems = [];
        List<string> waits = [];
        HashSet<GangKey> seen = [];
        Dictionary<GangKey, GangObject[]> partsOf = [];
        Dictionary<GangKey, ImmutableArray<GangGroup>> paths = [];
        GangObject top = Known(root)!;
        if (kind == RootKind.TooDeep)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{root}: has more than {MaxWay} parents above it; a gang has at most {MaxLevels} levels"));
        }
        else if (kind == RootKind.Cycle)
        {
            problems.Add($"{root}: its parents lead back to itself ({Circle(root)}); take one of these out of its parent");
        }
        else if (top.Parent is { } parent)
        {
            waits.Add($"{root} waits for its parent {parent}, which does not exist");
        }

        GangGroup group = Collect(top, 1);
        AddPaths(top, [], group);
        return new Gang([.. objects], paths.ToFrozenDictionary(), waits.Count == 0 ? null : string.Join("; ", waits), [.. problems]);

        GangGroup Collect(GangObject item, int level)
        {
            seen.Add(item.Key);
            objects.Add(item);
            problems.AddRange(item.Problems.Select(p => $"{item.Key}: {p}"));
            if (item.WaitsFor is { } wait)
            {
                waits.Add($"{item.Key} waits: {wait}");
            }

            GangObject[] parts = [.. PartsOf(item.Key).Where(p => !seen.Contains(p.Key) && RootOf(p.Key).Root == root)];
            if (level == MaxLevels && parts.Length > 0)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{parts[0].Key}: is more than {MaxLevels} levels below {root}; hang it higher in the tree"));
                AddDeep(parts);
                return item.Group;
            }

            partsOf[item.Key] = parts;
            ILookup<string, string> names = item.Group.Groups.Select(g => g.Name).Concat(parts.Select(p => p.Key.Name)).ToLookup(n => n, StringComparer.Ordinal);
            ImmutableArray<GangGroup> below =
                [.. parts.Select(p => Collect(p, level + 1) with { Name = names[p.Key.Name].Count() == 1 ? p.Key.Name : p.Key.ToString() })];
            ImmutableArray<GangGroup> all = [.. item.Group.Groups, .. below];
            int needed = item.Group.MinGroups ?? 0;
            if (all.Length < needed && all.All(g => g.SplitBy.IsEmpty))
            {
                waits.Add(string.Create(CultureInfo.InvariantCulture, $"{item.Key} waits for {needed - all.Length} of the {needed} groups that it needs, which do not exist"));
            }

            return below.IsEmpty ? item.Group : item.Group with { Groups = all, MinPods = Math.Max(item.Group.MinPods, GangGroup.LeastPods(all, item.Group.MinGroups)) };
        }

        // A chain may be as long as its maker likes: no recursion.
        void AddDeep(GangObject[] parts)
        {
            Queue<GangObject> rest = new(parts);
            while (rest.TryDequeue(out GangObject? item))
            {
                if (seen.Add(item.Key))
                {
                    objects.Add(item);
                    problems.AddRange(item.Problems.Select(p => $"{item.Key}: {p}"));
                    foreach (GangObject part in PartsOf(item.Key).Where(p => RootOf(p.Key).Root == root))
                    {
                        rest.Enqueue(part);
                    }
                }
            }
        }

        void AddPaths(GangObject item, ImmutableArray<GangGroup> above, GangGroup own)
        {
            ImmutableArray<GangGroup> way = above.Add(own);
            paths[item.Key] = way;
            GangObject[] parts = partsOf.GetValueOrDefault(item.Key) ?? [];
            for (int i = 0; i < parts.Length; i++)
            {
                AddPaths(parts[i], way, own.Groups[item.Group.Groups.Length + i]);
            }
        }
    }

    private IEnumerable<GangObject> PartsOf(GangKey key) => (_parts.GetValueOrDefault(key) ?? []).Select(p => _objects[p]);

    private string Circle(GangKey root)
    {
        List<string> names = [root.ToString()];
        for (GangKey next = ParentOf(root)!.Value; next != root; next = ParentOf(next)!.Value)
        {
            names.Add(next.ToString());
        }

        return string.Join(" -> ", names.Append(root.ToString()));
    }

    private enum RootKind
    {
        Top,
        Cycle,
        TooDeep,
    }
}
