using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>A pod's gang from its bytes. Pods of one template differ in it, each has its rank: it is no part of what they share.</summary>
internal static class PodGangs
{
    private const int AnnotationField = 12;

    /// <summary>False: something is wrong, which the reader says.</summary>
    /// <param name="metadata">The pod's <c>metadata</c>.</param>
    /// <param name="podNamespace">Its namespace.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="schedulingGroup">The PodGroup that its spec names; empty: none.</param>
    /// <param name="strings">For keys and values.</param>
    /// <param name="gang">Its place; null where it is in no gang.</param>
    /// <exception cref="InvalidDataException">The bytes are no metadata.</exception>
    public static bool TryRead(
        ReadOnlySpan<byte> metadata, string podNamespace, ImmutableSortedDictionary<string, string> labels, string schedulingGroup, Utf8Strings strings, out GangMembership? gang)
    {
        ImmutableSortedDictionary<string, string> annotations = LabelSet.Empty;
        for (ProtobufWalker fields = new(metadata); fields.MoveNext();)
        {
            if (fields.Field != AnnotationField)
            {
                continue;
            }

            ProtobufEntry entry = ProtobufEntry.Of(fields.Bytes);
            if (GangMemberships.Concerns(entry.Key))
            {
                annotations = annotations.SetItem(strings.Shared(entry.Key), strings.Shared(entry.Value));
            }
        }

        return GangMemberships.TryRead(new GangSource(podNamespace, labels, annotations, schedulingGroup), [], out gang);
    }
}
