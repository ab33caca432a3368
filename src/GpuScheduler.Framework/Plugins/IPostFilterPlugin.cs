using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>Runs when no node fits; preemption lives here. The first success ends it.</summary>
public interface IPostFilterPlugin : IPlugin
{
    PostFilterResult PostFilter(Pod pod, in PluginContext context, Rejections rejections);
}
