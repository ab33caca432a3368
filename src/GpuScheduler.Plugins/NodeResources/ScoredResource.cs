using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>A resource as the scorers of a pod class see it.</summary>
/// <param name="Resource">Its number.</param>
/// <param name="Weight">How much it counts.</param>
/// <param name="PodAmount">What the pod adds.</param>
internal readonly record struct ScoredResource(int Resource, int Weight, long PodAmount)
{
    /// <summary>CPU and memory count what scoring assumes of pods without requests; the others what is requested.</summary>
    public ReadOnlySpan<long> Used(Block block, bool nonZero) => (Resource, nonZero) switch
    {
        (Vocabulary.CpuId, true) => block.NonZeroCpu,
        (Vocabulary.MemoryId, true) => block.NonZeroMemory,
        _ => block.Requested(Resource),
    };

    /// <summary>What is left of what there is, less <see cref="Used"/>, where the block keeps it.</summary>
    public bool TryAssumedFree(Block block, out ReadOnlySpan<double> free)
    {
        free = Resource switch
        {
            Vocabulary.CpuId => block.AssumedFreeCpu,
            Vocabulary.MemoryId => block.AssumedFreeMemory,
            _ => default,
        };
        return !free.IsEmpty;
    }

    /// <summary>The resources that have a say for a pod: besides CPU, memory and ephemeral storage only what the pod asks for.</summary>
    public static ScoredResource[] Of(PodClass pod, IEnumerable<ResourceWeight> resources, Vocabulary vocabulary, bool nonZero)
    {
        List<ScoredResource> scored = [];
        foreach (ResourceWeight resource in resources)
        {
            int id = vocabulary.Resources.Intern(resource.Name);
            long amount = (id, nonZero) switch
            {
                (Vocabulary.CpuId, true) => pod.NonZeroCpuMilli,
                (Vocabulary.MemoryId, true) => pod.NonZeroMemoryBytes,
                _ => pod.AmountOf(id),
            };
            if (amount > 0 || id is Vocabulary.CpuId or Vocabulary.MemoryId or Vocabulary.EphemeralStorageId)
            {
                scored.Add(new ScoredResource(id, resource.Weight, amount));
            }
        }

        return [.. scored];
    }
}
