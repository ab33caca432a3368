namespace GpuScheduler.Cluster;

/// <summary>The resource names that Kubernetes itself gives a meaning to.</summary>
public static class ResourceNames
{
    /// <summary>Counted in milli-cores everywhere in this code base.</summary>
    public const string Cpu = "cpu";

    /// <summary>Counted in bytes.</summary>
    public const string Memory = "memory";

    /// <summary>Counted in bytes.</summary>
    public const string EphemeralStorage = "ephemeral-storage";

    /// <summary>How many pods a node takes.</summary>
    public const string Pods = "pods";

    /// <summary>Prefix of the huge page resources, such as <c>hugepages-2Mi</c>; counted in bytes.</summary>
    public const string HugePagesPrefix = "hugepages-";

    /// <summary>True for a resource outside Kubernetes' own name space, such as <c>nvidia.com/gpu</c>.</summary>
    public static bool IsExtended(string name)
    {
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return false;
        }

        ReadOnlySpan<char> domain = name.AsSpan(0, slash);
        return !domain.SequenceEqual("kubernetes.io") && !domain.EndsWith(".kubernetes.io")
            && !name.StartsWith("requests.", StringComparison.Ordinal);
    }
}
