using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// Pods that no plugin can tell apart. What follows from their spec alone is computed once, here.
/// </summary>
public sealed class PodClass
{
    internal PodClass(int id, PodSpec spec, Vocabulary vocabulary)
    {
        Id = id;
        Spec = spec;
        Devices = spec.Devices;
        Requested = PodRequests.Effective(spec);
        (NonZeroCpuMilli, NonZeroMemoryBytes) = PodRequests.NonZero(spec);
        Requests =
        [
            .. Requested.Where(r => r.Value != 0 && r.Key != ResourceNames.Pods && !DeviceRequestKeys.IsDeviceResource(r.Key))
                .Select(r => new ResourceRequest(vocabulary.Resources.Intern(r.Key), r.Value))
                .OrderBy(r => r.Resource),
        ];
        HostPorts = [.. spec.Containers.Concat(spec.InitContainers.Where(c => c.IsSidecar)).SelectMany(c => c.HostPorts).Distinct()];
    }

    /// <summary>Number in its <see cref="PodClassTable"/>, from 0.</summary>
    public int Id { get; }

    public PodSpec Spec { get; }

    /// <summary>The effective request of the pod (Kubernetes' own computation).</summary>
    public ResourceList Requested { get; }

    /// <summary>
    /// The same by resource number, in order of number, without zero amounts, without the pod itself (resource "pods"), and without
    /// devices and limits on them, which <see cref="Devices"/> asks for.
    /// </summary>
    public ImmutableArray<ResourceRequest> Requests { get; }

    /// <summary>CPU that scoring assumes, milli-cores: containers without a request count 100m.</summary>
    public long NonZeroCpuMilli { get; }

    /// <summary>Memory that scoring assumes, bytes: containers without a request count 200 MiB.</summary>
    public long NonZeroMemoryBytes { get; }

    public DeviceRequest Devices { get; }

    public ImmutableArray<HostPort> HostPorts { get; }

    /// <summary>The amount requested of one resource.</summary>
    public long AmountOf(int resource)
    {
        foreach (ResourceRequest request in Requests)
        {
            if (request.Resource == resource)
            {
                return request.Amount;
            }
        }

        return 0;
    }
}
