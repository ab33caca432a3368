using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>Labels and annotations that a controller adds to a pod of its template.</summary>
internal sealed record PodStamp(ImmutableSortedDictionary<string, string> Labels, ImmutableSortedDictionary<string, string> Annotations)
{
    public static readonly PodStamp None = new(LabelSet.Empty, LabelSet.Empty);

    public static PodStamp Label(string key, int value) => None with { Labels = LabelSet.Of((key, Text(value))) };

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public PodStamp With(PodStamp other) => new(Labels.SetItems(other.Labels), Annotations.SetItems(other.Annotations));
}
