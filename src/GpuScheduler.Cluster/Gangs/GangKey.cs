namespace GpuScheduler.Cluster;

/// <summary>Names the API object that states a gang, or a part of one.</summary>
/// <param name="Kind">The resource as kubectl writes it, e.g. <c>podgroups.scheduling.k8s.io</c>; for gangs that pods alone state, the label that groups them.</param>
/// <param name="Namespace">Its namespace, that of its pods.</param>
/// <param name="Name">Its name.</param>
public readonly record struct GangKey(string Kind, string Namespace, string Name)
{
    public override string ToString() => $"{Kind} {Namespace}/{Name}";
}
