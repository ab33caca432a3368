using System.Collections.Immutable;
using System.Globalization;

namespace GpuScheduler.Manifests;

/// <summary>Counts what is left out or simplified, so that a thousand cases make one sentence.</summary>
internal sealed class Notes
{
    private readonly Dictionary<string, (int Count, string First)> _byReason = new(StringComparer.Ordinal);

    /// <param name="reason">What happened, to be read after a count: <c>pods have …</c>.</param>
    /// <param name="example">The object.</param>
    public void Add(string reason, string example)
    {
        (int count, string first) = _byReason.GetValueOrDefault(reason, (0, example));
        _byReason[reason] = (count + 1, first);
    }

    public ImmutableArray<string> ToSentences() =>
        [.. _byReason.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => string.Create(
            CultureInfo.InvariantCulture, $"{n.Value.Count} {n.Key} (such as {n.Value.First})"))];
}
