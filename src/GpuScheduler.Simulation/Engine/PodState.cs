namespace GpuScheduler.Simulation;

/// <summary>Where a pod stands at the end of a run.</summary>
public enum PodState
{
    /// <summary>It has no node.</summary>
    Pending,

    /// <summary>It holds its place.</summary>
    Placed,

    /// <summary>It had its place, and its work is done.</summary>
    Finished,
}
