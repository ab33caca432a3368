namespace GpuScheduler.Cluster;

/// <summary>How a node selector requirement compares (core/v1).</summary>
public enum NodeSelectorOperator
{
    In,
    NotIn,
    Exists,
    DoesNotExist,
    Gt,
    Lt,
}
