using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Labels and annotations: keys in ordinal order, so that equal sets print alike.</summary>
public static class LabelSet
{
    public static readonly ImmutableSortedDictionary<string, string> Empty =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public static ImmutableSortedDictionary<string, string> Of(params ReadOnlySpan<(string Key, string Value)> labels)
    {
        ImmutableSortedDictionary<string, string>.Builder builder = Empty.ToBuilder();
        foreach ((string key, string value) in labels)
        {
            builder[key] = value;
        }

        return builder.ToImmutable();
    }
}
