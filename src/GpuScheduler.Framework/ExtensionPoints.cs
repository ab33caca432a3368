namespace GpuScheduler.Framework;

/// <summary>
/// The points of a scheduling attempt that plugins extend, with kube-scheduler's names and in its order.
/// </summary>
[Flags]
public enum ExtensionPoints
{
    None = 0,
    PreEnqueue = 1 << 0,
    QueueSort = 1 << 1,
    PreFilter = 1 << 2,
    Filter = 1 << 3,
    PostFilter = 1 << 4,
    PreScore = 1 << 5,
    Score = 1 << 6,
    Reserve = 1 << 7,
    Permit = 1 << 8,
    PreBind = 1 << 9,
    Bind = 1 << 10,
    PostBind = 1 << 11,
}
