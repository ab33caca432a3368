using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace GpuScheduler.Manifests;

/// <summary>Values of a device by domain and name, as CEL expressions see them: a domain that is not there is an empty map (as upstream), a name that is not is an error.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "It is a map to CEL alone.")]
internal sealed class DomainMap : IDictionary<string, object?>
{
    private readonly Dictionary<string, object?> _domains = new(StringComparer.Ordinal);

    public ICollection<string> Keys => _domains.Keys;

    public ICollection<object?> Values => _domains.Values;

    public int Count => _domains.Count;

    public bool IsReadOnly => false;

    public object? this[string key]
    {
        get => _domains.TryGetValue(key, out object? names) ? names : new Dictionary<string, object?>();
        set => _domains[key] = value;
    }

    public void Add(string domain, string name, object value)
    {
        if (!_domains.TryGetValue(domain, out object? names))
        {
            _domains.Add(domain, names = new Dictionary<string, object?>(StringComparer.Ordinal));
        }

        ((Dictionary<string, object?>)names!)[name] = value;
    }

    public bool ContainsKey(string key) => _domains.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value)
    {
        value = this[key];
        return true;
    }

    public void Add(string key, object? value) => _domains.Add(key, value);

    public bool Remove(string key) => _domains.Remove(key);

    public void Add(KeyValuePair<string, object?> item) => _domains.Add(item.Key, item.Value);

    public void Clear() => _domains.Clear();

    public bool Contains(KeyValuePair<string, object?> item) => _domains.Contains(item);

    public void CopyTo(KeyValuePair<string, object?>[] array, int arrayIndex) => ((ICollection<KeyValuePair<string, object?>>)_domains).CopyTo(array, arrayIndex);

    public bool Remove(KeyValuePair<string, object?> item) => _domains.Remove(item.Key);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _domains.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
