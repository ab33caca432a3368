namespace GpuScheduler.Simulation;

/// <summary>A level of the topology in one run.</summary>
public sealed class DomainLevel
{
    private readonly List<TimePoint> _largest = [];

    internal DomainLevel(int index, string key, int domains)
    {
        Index = index;
        Key = key;
        Domains = domains;
    }

    /// <summary>Its node label key.</summary>
    public string Key { get; }

    /// <summary>How many domains it has.</summary>
    public int Domains { get; }

    /// <summary>Placed gangs that are not in one domain of it.</summary>
    public int Crossing { get; internal set; }

    /// <summary>GPUs of the idle nodes of the domain that has the most, whenever that changed: a gang of whole nodes that large still fits into one domain.</summary>
    public IReadOnlyList<TimePoint> Largest => _largest;

    /// <summary>Its number in the tree.</summary>
    internal int Index { get; }

    internal void Note(TimeSpan now, int gpus)
    {
        if (_largest.Count > 0 && _largest[^1].At == now)
        {
            _largest.RemoveAt(_largest.Count - 1);
        }

        if (_largest.Count == 0 || _largest[^1].Value != gpus)
        {
            _largest.Add(new TimePoint(now, gpus));
        }
    }
}
