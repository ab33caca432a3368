using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>One pod to bind.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its UID: a pod of the same name that was created later is not meant.</param>
/// <param name="Node">Where it goes.</param>
/// <param name="Devices">Devices to state in its annotation; empty: none are stated (it asks for none, or the kubelet picks).</param>
public sealed record BindRequest(string Namespace, string Name, string Uid, string Node, DeviceSet Devices);
