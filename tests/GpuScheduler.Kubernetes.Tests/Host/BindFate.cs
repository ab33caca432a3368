namespace GpuScheduler.Kubernetes.Tests;

/// <summary>What happens to a bind request.</summary>
internal enum BindFate
{
    Answered,
    NotProcessed,
    UnknownProcessed,
    UnknownNotProcessed,

    /// <summary>The pod's claims are written, the pod is not bound, and nobody knows.</summary>
    ClaimsAlone,
}
