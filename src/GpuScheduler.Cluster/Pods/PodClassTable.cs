namespace GpuScheduler.Cluster;

/// <summary>The pod classes of a cluster. Any thread may intern.</summary>
public sealed class PodClassTable(Vocabulary vocabulary)
{
    private readonly Interner<PodSpec> _specs = new(PodSpecComparer.Instance);
    private readonly Lock _growing = new();

    /// <summary>By class number. Grown under <see cref="_growing"/>; an entry is set once.</summary>
    private volatile PodClass[] _classes = new PodClass[16];

    /// <summary>How many classes there are.</summary>
    public int Count => _specs.Count;

    /// <summary>The class with this number, which is less than <see cref="Count"/>.</summary>
    public PodClass this[int id] => Find(id);

    /// <summary>The class of pods with this spec.</summary>
    public PodClass Intern(PodSpec spec) => Find(_specs.Intern(spec));

    /// <summary>A spec has its number a moment before it has its class: whoever comes first makes it.</summary>
    private PodClass Find(int id)
    {
        PodClass[] classes = _classes;
        return id < classes.Length && Volatile.Read(ref classes[id]) is { } known ? known : Add(id);
    }

    private PodClass Add(int id)
    {
        lock (_growing)
        {
            PodClass[] classes = _classes;
            if (id >= classes.Length)
            {
                Array.Resize(ref classes, Math.Max(id + 1, classes.Length * 2));
                _classes = classes;
            }

            if (classes[id] is null)
            {
                Volatile.Write(ref classes[id], new PodClass(id, _specs[id], vocabulary));
            }

            return classes[id];
        }
    }
}
