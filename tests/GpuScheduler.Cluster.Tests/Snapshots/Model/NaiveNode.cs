namespace GpuScheduler.Cluster.Tests;

/// <summary>A node of the model: what is on it, and a number that no other state of any node has. Every sum is made anew.</summary>
internal sealed record NaiveNode(Node Node, IReadOnlyList<NaivePod> Pods, long Version)
{
    public int FreeMilli(int device) =>
        Device.FullMilli - Pods.Where(p => p.Held.Contains(device)).Sum(p => ShareOf(p.Class.Devices, Node.Shape.Devices[device].MemoryMiB).Milli);

    public int FreeMemory(int device) =>
        Node.Shape.Devices[device].MemoryMiB
        - Pods.Where(p => p.Held.Contains(device)).Sum(p => ShareOf(p.Class.Devices, Node.Shape.Devices[device].MemoryMiB).MemoryMiB);

    public bool CanTake(DeviceRequest request, int device)
    {
        if (device >= Node.Shape.Count || request.MemoryMiB > Node.Shape.Devices[device].MemoryMiB)
        {
            return false;
        }

        DeviceShare share = ShareOf(request, Node.Shape.Devices[device].MemoryMiB);
        return share.Milli <= FreeMilli(device) && share.MemoryMiB <= FreeMemory(device);
    }

    public long Requested(string resource) => resource == ResourceNames.Pods
        ? Pods.Count
        : Pods.Sum(p => p.Class.Spec.Containers.Sum(c => c.Requests[resource]));

    /// <summary>The same pods on another state of the node: each keeps and gets back of its devices what there is.</summary>
    public NaiveNode On(Node node, long version)
    {
        NaiveNode result = new(node, [], version);
        foreach (NaivePod pod in Pods)
        {
            DeviceSet held = DeviceSet.Empty, missing = DeviceSet.Empty;
            for (int device = 0; device < Device.MaxPerNode; device++)
            {
                if (pod.Held.Contains(device) || pod.Missing.Contains(device))
                {
                    bool can = result.CanTake(pod.Class.Devices, device);
                    (held, missing) = can ? (held.With(device), missing) : (held, missing.With(device));
                }
            }

            result = result with { Pods = [.. result.Pods, pod with { Held = held, Missing = missing }] };
        }

        return result;
    }

    private static DeviceShare ShareOf(DeviceRequest request, int memory) => request.MemoryMiB > 0
        ? new DeviceShare((short)Math.Ceiling(request.MemoryMiB * 1000m / memory), request.MemoryMiB)
        : new DeviceShare((short)request.Milli, (int)Math.Floor(memory * request.Milli / 1000m));
}
