namespace GpuScheduler.Cluster;

/// <summary>How a label selector requirement compares (meta/v1).</summary>
public enum LabelSelectorOperator
{
    In,
    NotIn,
    Exists,
    DoesNotExist,
}
