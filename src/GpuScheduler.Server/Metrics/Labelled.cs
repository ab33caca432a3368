using System.Collections.Concurrent;

namespace GpuScheduler.Server;

/// <summary>One time series for each set of label values, found without allocating once it exists.</summary>
/// <param name="make">Makes the series of a key not yet seen.</param>
internal sealed class Labelled<TKey, TSeries>(Func<TKey, TSeries> make)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TSeries> _series = new();

    public TSeries this[TKey key] => _series.TryGetValue(key, out TSeries? series) ? series : _series.GetOrAdd(key, make);
}
