namespace GpuScheduler.Manifests;

/// <summary>What names a device in ResourceSlices and allocations.</summary>
/// <param name="Driver">DRA driver, such as <c>gpu.nvidia.com</c>.</param>
/// <param name="Pool">Pool of the driver, most often the node's name.</param>
/// <param name="Device">The device in its pool, such as <c>gpu-0</c>.</param>
public readonly record struct DeviceId(string Driver, string Pool, string Device)
{
    /// <summary>As <see cref="Cluster.Node.DeviceUuids"/> has it; only a pool's name may have a slash.</summary>
    /// <summary>The device of a name that <see cref="ToString"/> made.</summary>
    public static DeviceId Parse(string name)
    {
        int first = name.IndexOf('/', StringComparison.Ordinal), last = name.LastIndexOf('/');
        return new DeviceId(name[..first], name[(first + 1)..last], name[(last + 1)..]);
    }

    public override string ToString() => $"{Driver}/{Pool}/{Device}";
}
