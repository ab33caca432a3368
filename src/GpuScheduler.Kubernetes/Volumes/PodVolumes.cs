using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>A pod's claims from its bytes. Pods of one template differ in them: they are no part of what they share.</summary>
internal static class PodVolumes
{
    private const int VolumesField = 1;

    /// <summary>True where a volume is a PersistentVolumeClaim, the pod's own or another.</summary>
    /// <exception cref="InvalidDataException">The bytes are no volume.</exception>
    public static bool IsClaim(ReadOnlySpan<byte> volume) => Source(volume, out _, out _);

    /// <param name="spec">The pod's <c>spec</c>.</param>
    /// <param name="count">How many of its volumes are claims.</param>
    /// <param name="strings">For names.</param>
    /// <exception cref="InvalidDataException">The bytes are no spec.</exception>
    public static ImmutableArray<PodVolume> Read(ReadOnlySpan<byte> spec, int count, Utf8Strings strings)
    {
        PodVolume[] volumes = new PodVolume[count];
        int found = 0;
        for (ProtobufWalker fields = new(spec); fields.MoveNext();)
        {
            if (fields.Field == VolumesField && Source(fields.Bytes, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> claim))
            {
                volumes[found++] = new PodVolume(strings.Shared(name), strings.Shared(claim));
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(volumes);
    }

    /// <summary>The names of a volume and of its claim, which an ephemeral one does not have; false: it is none.</summary>
    private static bool Source(ReadOnlySpan<byte> volume, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> claim)
    {
        name = default;
        claim = default;
        bool isClaim = false;
        for (ProtobufWalker fields = new(volume); fields.MoveNext();)
        {
            if (fields.Field == 1)
            {
                name = fields.Bytes;
            }
            else if (fields.Field == 2)
            {
                for (ProtobufWalker source = new(fields.Bytes); source.MoveNext();)
                {
                    isClaim |= source.Field is 10 or 29;
                    claim = source.Field == 10 ? ProtobufEntry.Of(source.Bytes).Key : claim;
                }
            }
        }

        return isClaim;
    }
}
