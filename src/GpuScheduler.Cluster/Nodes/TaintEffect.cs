namespace GpuScheduler.Cluster;

/// <summary>What a taint does to pods that do not tolerate it (core/v1).</summary>
public enum TaintEffect
{
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}
