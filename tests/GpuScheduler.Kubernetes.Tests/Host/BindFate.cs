namespace GpuScheduler.Kubernetes.Tests;

/// <summary>What happens to a bind request.</summary>
internal enum BindFate
{
    Answered,
    NotProcessed,
    UnknownProcessed,
    UnknownNotProcessed,
}
