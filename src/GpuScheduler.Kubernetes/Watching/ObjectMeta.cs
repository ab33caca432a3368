namespace GpuScheduler.Kubernetes;

/// <summary>What an object's <c>metadata</c> says of what matters to a watch.</summary>
/// <param name="Key">Namespace and name.</param>
/// <param name="Uid">Or empty.</param>
/// <param name="ResourceVersion">Or empty.</param>
/// <param name="EndsInitialEvents">It has the annotation <c>k8s.io/initial-events-end</c>: the streaming list is complete.</param>
internal readonly record struct ObjectMeta(ObjectKey Key, string Uid, string ResourceVersion, bool EndsInitialEvents);
