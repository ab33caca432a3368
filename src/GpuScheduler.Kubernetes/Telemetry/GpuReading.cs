namespace GpuScheduler.Kubernetes;

/// <summary>The GPUs of one product, all nodes together.</summary>
public sealed record GpuReading(string Product)
{
    /// <summary>GPUs that nobody uses.</summary>
    public int Free { get; init; }

    /// <summary>GPUs that are used and have compute left.</summary>
    public int Partial { get; init; }

    /// <summary>GPUs without any compute left.</summary>
    public int Full { get; init; }

    /// <summary>GPUs that two or more pods hold.</summary>
    public int Shared { get; init; }

    public long AllocatedMilli { get; init; }

    /// <summary>Compute left on partly used GPUs, which no pod that wants whole ones can have, milli.</summary>
    public long FragmentedMilli { get; init; }

    /// <summary>MiB; 0 where nobody told the memory of these GPUs.</summary>
    public long CapacityMemoryMiB { get; init; }

    public long AllocatedMemoryMiB { get; init; }

    /// <summary>How many there are.</summary>
    public int Count => Free + Partial + Full;

    public long CapacityMilli => Count * (long)Cluster.Device.FullMilli;
}
