using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>Holds a pod back before it enters the active queue. Must be cheap.</summary>
public interface IPreEnqueuePlugin : IPlugin
{
    Status PreEnqueue(Pod pod);
}
