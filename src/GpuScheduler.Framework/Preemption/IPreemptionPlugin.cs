using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>
/// Enabled in a profile, pods of lower priority are evicted for those that fit nowhere. The engine does the work, as victims are chosen by trying placements with
/// the profile's own filters; the plugin has its place among the PostFilter plugins and carries the arguments.
/// </summary>
public interface IPreemptionPlugin : IPostFilterPlugin
{
    PreemptionArgs Args { get; }

    /// <summary>Where nobody can evict, the next plugin is asked.</summary>
    PostFilterResult IPostFilterPlugin.PostFilter(Pod pod, in PluginContext context, Rejections rejections) => new(Status.Unschedulable(""));
}
