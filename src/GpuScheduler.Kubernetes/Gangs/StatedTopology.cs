using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>An object that states levels or domains, as the API server has it.</summary>
/// <param name="Resource">Its resource.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its UID.</param>
/// <param name="ResourceVersion">Its state.</param>
/// <param name="Objects">What it states.</param>
internal sealed record StatedTopology(string Resource, string Name, string Uid, string ResourceVersion, TopologyObjects Objects)
{
    public override string ToString() => $"{Resource} {Name}";
}
