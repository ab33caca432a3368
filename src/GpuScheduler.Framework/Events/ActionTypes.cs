namespace GpuScheduler.Framework;

/// <summary>What happened to an object; the names are kube-scheduler's.</summary>
[Flags]
public enum ActionTypes
{
    None = 0,
    Add = 1 << 0,
    Delete = 1 << 1,
    UpdateNodeAllocatable = 1 << 2,
    UpdateNodeLabel = 1 << 3,
    UpdateNodeTaint = 1 << 4,
    UpdateNodeCondition = 1 << 5,
    UpdateNodeAnnotation = 1 << 6,
    UpdatePodLabel = 1 << 7,
    UpdatePodScaleDown = 1 << 8,
    UpdatePodToleration = 1 << 9,
    UpdatePodSchedulingGatesEliminated = 1 << 10,
    All = (1 << 11) - 1,
}
