namespace GpuScheduler.Cluster;

/// <summary>
/// What a pod as a whole asks of a node: Kubernetes' own computation (component-helpers, <c>resource.PodRequests</c>).
/// </summary>
public static class PodRequests
{
    /// <summary>CPU that scoring counts for a container that asks for none, milli-cores.</summary>
    public const long DefaultCpuMilli = 100;

    /// <summary>Memory that scoring counts for a container that asks for none, bytes.</summary>
    public const long DefaultMemoryBytes = 200L << 20;

    private static readonly ResourceList Defaults = ResourceList.Of(
        (ResourceNames.Cpu, DefaultCpuMilli), (ResourceNames.Memory, DefaultMemoryBytes));

    /// <summary>
    /// The larger of what runs together for good (containers and sidecars) and what runs at any moment of the start (an init
    /// container and the sidecars before it); for CPU, memory and huge pages a pod-level request stands instead; then the overhead.
    /// </summary>
    public static ResourceList Effective(PodSpec spec) => Compute(spec, ResourceList.Empty);

    /// <summary>
    /// CPU and memory for scoring, where nothing asked for is not nothing: a container that does not name a resource counts
    /// with its default (an explicit 0 stays 0). Once the pod has pod-level requests, only a resource that the pod
    /// names nowhere gets defaults.
    /// </summary>
    public static (long CpuMilli, long MemoryBytes) NonZero(PodSpec spec)
    {
        ResourceList requests = Effective(spec);
        bool podLevel = spec.PodResources is { } pod && pod.Any(r => IsPodLevel(r.Key));
        ResourceList defaults = podLevel ? ResourceList.Of(Defaults.Where(d => !requests.TryGet(d.Key, out _))) : Defaults;
        if (defaults.Count > 0)
        {
            requests = Compute(spec, defaults);
        }

        return (requests[ResourceNames.Cpu], requests[ResourceNames.Memory]);
    }

    /// <param name="spec">The pod.</param>
    /// <param name="defaults">What a container counts with for a resource that it does not name.</param>
    private static ResourceList Compute(PodSpec spec, ResourceList defaults)
    {
        ResourceList running = ResourceList.Empty;
        foreach (Container container in spec.Containers)
        {
            running = running.Plus(RequestsOf(container, defaults));
        }

        ResourceList sidecars = ResourceList.Empty;
        ResourceList starting = ResourceList.Empty;
        foreach (Container container in spec.InitContainers)
        {
            ResourceList requests = RequestsOf(container, defaults);
            ResourceList moment = sidecars.Plus(requests);
            if (container.IsSidecar)
            {
                running = running.Plus(requests);
                sidecars = moment;
            }

            starting = starting.Max(moment);
        }

        return WithPodLevel(running.Max(starting), spec.PodResources).Plus(spec.Overhead);
    }

    private static ResourceList RequestsOf(Container container, ResourceList defaults)
    {
        if (defaults.Count == 0)
        {
            return container.Requests;
        }

        // The last amount of a name counts: what the container states goes before its default.
        return ResourceList.Of(Enumerable.Concat<KeyValuePair<string, long>>(defaults, container.Requests));
    }

    private static ResourceList WithPodLevel(ResourceList requests, ResourceList? pod) =>
        pod is null ? requests : ResourceList.Of(requests.Concat(pod.Where(r => IsPodLevel(r.Key))));

    private static bool IsPodLevel(string resource) =>
        resource is ResourceNames.Cpu or ResourceNames.Memory
        || resource.StartsWith(ResourceNames.HugePagesPrefix, StringComparison.Ordinal);
}
