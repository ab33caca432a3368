using System.Collections.Concurrent;

namespace GpuScheduler.Cluster;

/// <summary>
/// Gives equal values one small number, in order of first sight, so that columns hold numbers instead of strings.
/// Any thread may intern; a number, once given, never changes its meaning.
/// </summary>
public sealed class Interner<T>
    where T : notnull
{
    private readonly ConcurrentDictionary<T, int> _ids;
    private readonly Lock _growing = new();

    /// <summary>Written under <see cref="_growing"/>, before the id that indexes it is published.</summary>
    private volatile T[] _values = new T[16];

    /// <summary>Written under <see cref="_growing"/>, after the value is in place.</summary>
    private volatile int _count;

    public Interner(IEqualityComparer<T>? comparer = null) => _ids = new ConcurrentDictionary<T, int>(comparer);

    /// <summary>How many numbers are given: they run from 0 to Count - 1.</summary>
    public int Count => _count;

    /// <summary>The value that has the number <paramref name="id"/>.</summary>
    public T this[int id] => _values[id];

    /// <summary>The number of <paramref name="value"/>, given now if it has none yet.</summary>
    public int Intern(T value) => _ids.TryGetValue(value, out int id) ? id : Add(value);

    /// <summary>False where <paramref name="value"/> was never interned.</summary>
    public bool TryFind(T value, out int id) => _ids.TryGetValue(value, out id);

    private int Add(T value)
    {
        lock (_growing)
        {
            if (_ids.TryGetValue(value, out int id))
            {
                return id;
            }

            id = _count;
            T[] values = _values;
            if (id == values.Length)
            {
                Array.Resize(ref values, id * 2);
                _values = values;
            }

            values[id] = value;
            _count = id + 1;
            _ids[value] = id;
            return id;
        }
    }
}
