namespace GpuScheduler.Cluster;

/// <summary>
/// The resources that nearly every pod asks for, in units that 32 bits hold: milli-cores, MiB and pods. Twice as many lanes fit a vector, and half as much
/// memory is read, as with amounts in bytes.
/// </summary>
public static class ResourceUnits
{
    private const int MiBShift = 20;

    /// <summary>True for resources that have such units.</summary>
    public static bool Has(int resource) => resource is Vocabulary.CpuId or Vocabulary.MemoryId or Vocabulary.PodsId;

    /// <summary>An amount that is whole in units. At least so much is free exactly where <see cref="Floor"/> of what is free is at least <paramref name="units"/>.</summary>
    /// <returns>False where it is not whole, or too large for 32 bits.</returns>
    public static bool TryOf(int resource, long amount, out int units)
    {
        long whole = resource == Vocabulary.MemoryId ? amount >> MiBShift : amount;
        units = (int)whole;
        return Has(resource) && units == whole && (resource != Vocabulary.MemoryId || amount == whole << MiBShift);
    }

    /// <summary>An amount rounded down to units; the least and the most there is where 32 bits do not hold it.</summary>
    internal static int Floor(int resource, long amount) =>
        (int)Math.Clamp(resource == Vocabulary.MemoryId ? amount >> MiBShift : amount, int.MinValue, int.MaxValue);
}
