using System.Collections;
using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// Amounts by resource name, sorted by name. CPU counts milli-cores, memory and storage bytes, everything else units.
/// Two lists with the same names and amounts are equal. A resource that is not listed has the amount 0.
/// </summary>
public sealed class ResourceList : IEnumerable<KeyValuePair<string, long>>, IEquatable<ResourceList>
{
    /// <summary>The list that names no resource.</summary>
    public static readonly ResourceList Empty = new([]);

    private readonly ImmutableArray<KeyValuePair<string, long>> _items;

    private ResourceList(ImmutableArray<KeyValuePair<string, long>> items) => _items = items;

    /// <summary>How many resources are named.</summary>
    public int Count => _items.Length;

    /// <summary>The amount of <paramref name="name"/>, or 0 where it is not listed.</summary>
    public long this[string name]
    {
        get
        {
            TryGet(name, out long amount);
            return amount;
        }
    }

    /// <summary>Makes a list; where a name comes twice the last amount counts.</summary>
    public static ResourceList Of(params IEnumerable<KeyValuePair<string, long>> items)
    {
        SortedDictionary<string, long> sorted = new(StringComparer.Ordinal);
        foreach ((string name, long amount) in items)
        {
            sorted[name] = amount;
        }

        return sorted.Count == 0 ? Empty : new ResourceList([.. sorted]);
    }

    /// <summary>Makes a list of named amounts.</summary>
    public static ResourceList Of(params ReadOnlySpan<(string Name, long Amount)> items)
    {
        SortedDictionary<string, long> sorted = new(StringComparer.Ordinal);
        foreach ((string name, long amount) in items)
        {
            sorted[name] = amount;
        }

        return sorted.Count == 0 ? Empty : new ResourceList([.. sorted]);
    }

    /// <summary>False, and 0, where <paramref name="name"/> is not listed.</summary>
    public bool TryGet(string name, out long amount)
    {
        foreach ((string key, long value) in _items)
        {
            if (string.Equals(key, name, StringComparison.Ordinal))
            {
                amount = value;
                return true;
            }
        }

        amount = 0;
        return false;
    }

    /// <summary>The sum, resource by resource; one that no <see cref="long"/> holds becomes the nearest that one does.</summary>
    public ResourceList Plus(ResourceList other) => Merge(other, static (a, b) => (long)Int128.Clamp((Int128)a + b, long.MinValue, long.MaxValue));

    /// <summary>The larger amount, resource by resource.</summary>
    public ResourceList Max(ResourceList other) => Merge(other, Math.Max);

    public bool Equals(ResourceList? other) => other is not null && _items.AsSpan().SequenceEqual(other._items.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as ResourceList);

    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach ((string name, long amount) in _items)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(amount);
        }

        return hash.ToHashCode();
    }

    public ImmutableArray<KeyValuePair<string, long>>.Enumerator GetEnumerator() => _items.GetEnumerator();

    IEnumerator<KeyValuePair<string, long>> IEnumerable<KeyValuePair<string, long>>.GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, long>>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)_items).GetEnumerator();

    public override string ToString() => string.Join(", ", _items.Select(i => $"{i.Key}={i.Value}"));

    private ResourceList Merge(ResourceList other, Func<long, long, long> combine)
    {
        if (other.Count == 0)
        {
            return this;
        }

        SortedDictionary<string, long> sorted = new(StringComparer.Ordinal);
        foreach ((string name, long amount) in _items)
        {
            sorted[name] = amount;
        }

        foreach ((string name, long amount) in other._items)
        {
            sorted[name] = sorted.TryGetValue(name, out long mine) ? combine(mine, amount) : amount;
        }

        return new ResourceList([.. sorted]);
    }
}
