namespace GpuScheduler.Cluster;

/// <summary>How a toleration compares (core/v1).</summary>
public enum TolerationOperator
{
    Equal,
    Exists,
}
