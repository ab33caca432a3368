using System.Collections.Immutable;
using System.Globalization;

namespace GpuScheduler.Manifests;

/// <summary>Counts what is left out or simplified, so that a thousand cases make one sentence.</summary>
internal sealed class Notes
{
    private readonly Dictionary<string, (int Count, string First)> _byReason = new(StringComparer.Ordinal);

    /// <param name="reason">What happened, as a sentence about several objects.</param>
    /// <param name="example">The object.</param>
    public void Add(string reason, string example)
    {
        (int count, string first) = _byReason.GetValueOrDefault(reason, (0, example));
        _byReason[reason] = (count + 1, first);
    }

    public ImmutableArray<string> ToSentences() =>
        [.. _byReason.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => string.Create(
            CultureInfo.InvariantCulture, $"{n.Key}: {n.Value.Count}, such as {n.Value.First}"))];
}
