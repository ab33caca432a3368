using System.Collections.Immutable;

namespace GpuScheduler.Framework;

/// <summary>Values by key, in the order written.</summary>
public sealed class MapNode : DocumentNode
{
    private const int SmallMap = 16;

    /// <summary>Takes the entries into the document. Where a key comes again, the first counts and <see cref="Duplicates"/> has the others.</summary>
    public MapNode(string file, int line, int column, ImmutableArray<MapEntry> entries)
        : base(file, line, column)
    {
        foreach (MapEntry entry in entries)
        {
            entry.Value.SetParent(this, entry.Key, 0);
        }

        (Entries, Duplicates) = Separate(entries);
    }

    public ImmutableArray<MapEntry> Entries { get; }

    /// <summary>Entries whose key an earlier one has already; a document with any is an error.</summary>
    public ImmutableArray<MapEntry> Duplicates { get; }

    public override string Kind => "a map";

    /// <summary>The value of <paramref name="key"/>, or null.</summary>
    public DocumentNode? this[string key]
    {
        get
        {
            foreach (MapEntry entry in Entries)
            {
                if (entry.Key == key)
                {
                    return entry.Value;
                }
            }

            return null;
        }
    }

    public override bool SaysTheSameAs(DocumentNode other) =>
        other is MapNode map && map.Entries.Length == Entries.Length
        && Entries.All(e => map[e.Key] is { } value && e.Value.SaysTheSameAs(value));

    private static (ImmutableArray<MapEntry> First, ImmutableArray<MapEntry> Again) Separate(ImmutableArray<MapEntry> entries)
    {
        if (!HasDuplicates(entries))
        {
            return (entries, []);
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        ILookup<bool, MapEntry> byFirst = entries.ToLookup(e => seen.Add(e.Key));
        return ([.. byFirst[true]], [.. byFirst[false]]);
    }

    // Nearly all maps are small, and dumps have millions of them.
    private static bool HasDuplicates(ImmutableArray<MapEntry> entries)
    {
        if (entries.Length > SmallMap)
        {
            HashSet<string> seen = new(entries.Length, StringComparer.Ordinal);
            return entries.Any(e => !seen.Add(e.Key));
        }

        for (int i = 1; i < entries.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (entries[i].Key == entries[j].Key)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
