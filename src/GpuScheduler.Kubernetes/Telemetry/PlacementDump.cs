namespace GpuScheduler.Kubernetes;

/// <summary>A pod on a node as the debug port shows it.</summary>
/// <param name="Pod">Namespace and name.</param>
/// <param name="Uid">Its uid.</param>
/// <param name="Gpus">What it asks of GPUs, in the words of its manifest.</param>
/// <param name="Devices">The devices it holds.</param>
/// <param name="Missing">Devices it was given and that the node does not offer now.</param>
public sealed record PlacementDump(string Pod, string Uid, string Gpus, string Devices, string Missing);
