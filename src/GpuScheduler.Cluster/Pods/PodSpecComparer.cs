using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Compares pod specs by content; a record of immutable arrays compares their references otherwise.</summary>
internal sealed class PodSpecComparer : IEqualityComparer<PodSpec>
{
    public static readonly PodSpecComparer Instance = new();

    public bool Equals(PodSpec? x, PodSpec? y)
    {
        if (ReferenceEquals(x, y))
        {
            return true;
        }

        return x is not null && y is not null
            && x.Namespace == y.Namespace
            && x.SchedulerName == y.SchedulerName
            && x.NodeName == y.NodeName
            && Same(x.Containers, y.Containers, Same)
            && Same(x.InitContainers, y.InitContainers, Same)
            && Equals(x.PodResources, y.PodResources)
            && x.Overhead.Equals(y.Overhead)
            && Same(x.NodeSelector, y.NodeSelector)
            && Same(x.NodeAffinity, y.NodeAffinity)
            && x.Tolerations.AsSpan().SequenceEqual(y.Tolerations.AsSpan())
            && Same(x.Devices, y.Devices)
            && Same(x.Volumes, y.Volumes);
    }

    public int GetHashCode(PodSpec obj)
    {
        HashCode hash = default;
        hash.Add(obj.Namespace, StringComparer.Ordinal);
        hash.Add(obj.NodeName, StringComparer.Ordinal);
        foreach (Container container in obj.Containers)
        {
            hash.Add(container.Image, StringComparer.Ordinal);
            hash.Add(container.Requests);
        }

        hash.Add(obj.InitContainers.Length);
        hash.Add(obj.PodResources);
        hash.Add(obj.Overhead);
        foreach ((string key, string value) in obj.NodeSelector)
        {
            hash.Add(key, StringComparer.Ordinal);
            hash.Add(value, StringComparer.Ordinal);
        }

        hash.Add(obj.NodeAffinity?.Required?.Length ?? -1);
        hash.Add(obj.Tolerations.Length);
        hash.Add(obj.Devices.Count);
        hash.Add(obj.Devices.Milli);
        hash.Add(obj.Devices.MemoryMiB);
        hash.Add(obj.Devices.Form);
        hash.Add(obj.Devices.Resource, StringComparer.Ordinal);
        hash.Add(obj.Devices.ModelsLike.Length);
        hash.Add(obj.Devices.ModelsUnlike.Length);
        foreach (string model in obj.Devices.Models)
        {
            hash.Add(model, StringComparer.Ordinal);
        }

        if (obj.Volumes is { } volumes)
        {
            Add(ref hash, volumes);
        }

        return hash.ToHashCode();
    }

    /// <summary>Pods with local volumes are alike but for where these are: the first value of each tells most of them apart.</summary>
    private static void Add(ref HashCode hash, VolumeNeeds volumes)
    {
        hash.Add(volumes.Problem, StringComparer.Ordinal);
        foreach (ImmutableArray<NodeSelectorTerm> terms in volumes.Reachable)
        {
            Add(ref hash, terms);
        }

        foreach (VolumeDemand demand in volumes.Unbound)
        {
            hash.Add(demand.SelectedNode, StringComparer.Ordinal);
            foreach (VolumeCandidate candidate in demand.Candidates)
            {
                Add(ref hash, candidate.Nodes ?? []);
            }
        }
    }

    private static void Add(ref HashCode hash, ImmutableArray<NodeSelectorTerm> terms)
    {
        hash.Add(terms.Length);
        foreach (NodeSelectorTerm term in terms)
        {
            foreach (NodeSelectorRequirement requirement in term.MatchExpressions)
            {
                hash.Add(requirement.Values.IsDefaultOrEmpty ? "" : requirement.Values[0], StringComparer.Ordinal);
            }
        }
    }

    private static bool Same<T>(ImmutableArray<T> x, ImmutableArray<T> y, Func<T, T, bool> same)
    {
        if (x.Length != y.Length)
        {
            return false;
        }

        for (int i = 0; i < x.Length; i++)
        {
            if (!same(x[i], y[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Same(Container x, Container y) =>
        x.Name == y.Name && x.Image == y.Image && x.IsSidecar == y.IsSidecar && x.Requests.Equals(y.Requests)
        && x.HostPorts.AsSpan().SequenceEqual(y.HostPorts.AsSpan());

    private static bool Same(ImmutableSortedDictionary<string, string> x, ImmutableSortedDictionary<string, string> y) =>
        x.Count == y.Count && (x.Count == 0 || x.SequenceEqual(y));

    private static bool Same(DeviceRequest x, DeviceRequest y) =>
        x.Count == y.Count && x.Milli == y.Milli && x.MemoryMiB == y.MemoryMiB && x.Form == y.Form && x.Resource == y.Resource && x.Models.AsSpan().SequenceEqual(y.Models.AsSpan())
        && x.ModelsLike.AsSpan().SequenceEqual(y.ModelsLike.AsSpan()) && x.ModelsUnlike.AsSpan().SequenceEqual(y.ModelsUnlike.AsSpan());

    private static bool Same(VolumeNeeds? x, VolumeNeeds? y) =>
        ReferenceEquals(x, y)
        || (x is not null && y is not null && x.Problem == y.Problem && x.IsInUse == y.IsInUse && x.LacksVolume == y.LacksVolume
            && Same(x.Reachable, y.Reachable, static (a, b) => Same(a, b, Same))
            && Same(x.Zones, y.Zones, static (a, b) => a.Key == b.Key && a.Values.AsSpan().SequenceEqual(b.Values.AsSpan()))
            && Same(x.Unbound, y.Unbound, Same));

    private static bool Same(VolumeDemand x, VolumeDemand y) =>
        x.SelectedNode == y.SelectedNode && Same(x.Provisioned, y.Provisioned)
        && Same(x.Candidates, y.Candidates, static (a, b) => a.Number == b.Number && Same(a.Nodes, b.Nodes));

    /// <summary>Terms are shared by all who got them from one object.</summary>
    private static bool Same(ImmutableArray<NodeSelectorTerm>? x, ImmutableArray<NodeSelectorTerm>? y) =>
        x is { } a && y is { } b ? a == b || Same(a, b, Same) : x is null && y is null;

    private static bool Same(NodeAffinity? x, NodeAffinity? y)
    {
        if (x is null || y is null)
        {
            return ReferenceEquals(x, y);
        }

        if (x.Required is null != y.Required is null)
        {
            return false;
        }

        return (x.Required is null || Same(x.Required.Value, y.Required!.Value, Same))
            && Same(x.Preferred, y.Preferred, static (a, b) => a.Weight == b.Weight && Same(a.Preference, b.Preference));
    }

    private static bool Same(NodeSelectorTerm x, NodeSelectorTerm y) =>
        Same(x.MatchExpressions, y.MatchExpressions, Same) && Same(x.MatchFields, y.MatchFields, Same);

    private static bool Same(NodeSelectorRequirement x, NodeSelectorRequirement y) =>
        x.Key == y.Key && x.Operator == y.Operator && x.Values.AsSpan().SequenceEqual(y.Values.AsSpan());
}
