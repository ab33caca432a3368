using System.Collections.Immutable;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>What is written into a claim of a pod before the pod is bound.</summary>
/// <param name="Name">The claim, in the pod's namespace.</param>
/// <param name="Uid">Its UID: a claim of the same name that was created later is not meant.</param>
/// <param name="Devices">What it is allocated, request by request; empty: it is allocated already, and only reserved for the pod.</param>
/// <param name="Configurations">What the classes of its requests configure: the request, and a JSON object each.</param>
public sealed record ClaimBinding(string Name, string Uid, ImmutableArray<AllocatedDevice> Devices, ImmutableArray<(string Request, string Configuration)> Configurations);
