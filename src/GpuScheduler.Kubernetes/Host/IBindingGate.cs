namespace GpuScheduler.Kubernetes;

/// <summary>Whether decisions may be made now: all watches synced and fresh, this replica leads.</summary>
internal interface IBindingGate
{
    /// <summary>Asked before each decision; cheap.</summary>
    bool IsOpen { get; }
}
