namespace GpuScheduler.Emulator;

/// <summary>What becomes of a pod whose time is over.</summary>
public enum PodEnd
{
    /// <summary>It stays, in phase Succeeded, as the pod of a Job does.</summary>
    Succeeds,

    /// <summary>It is deleted, so that a cluster that runs for long does not fill up.</summary>
    IsDeleted,
}
