using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Keeps a pod waiting while another uses a claim that only one pod may use (<c>ReadWriteOncePod</c>). Nobody is evicted for it. Disks of the old in-tree kinds, of which
/// kube-scheduler counts the users node by node, are not looked at.
/// </summary>
public sealed class VolumeRestrictions : IPreFilterPlugin, IFilterPlugin, IEnqueueExtensions
{
    internal const string Reason = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod";

    public string Name => "VolumeRestrictions";

    public Reads FilterReads => Reads.Nodes;

    /// <summary>None: when the claim is free, the pod's needs are others, and it is tried.</summary>
    public ImmutableArray<ClusterEventWithHint> EventsToRegister => [];

    public PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary) => pod.Spec.Volumes is { IsInUse: true } ? default : PreFilterResult.Skip;

    public ulong Filter(in PluginContext context, Block block, ulong lanes) => context.Pod.Spec.Volumes is { IsInUse: true } ? 0 : lanes;

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into) => into.Add(rejected, StatusCode.UnschedulableAndUnresolvable, Reason);
}
