using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>The PodGroup of the coscheduling plugin (v1alpha1).</summary>
internal sealed class CoschedulingPodGroupReader : IGangReader
{
    public string ApiGroup => "scheduling.x-k8s.io";

    public string Kind => "PodGroup";

    public GangObject Read(GangDocument document)
    {
        GangGroup group = new() { MinPods = GangDocument.Count(document.Spec, "minMember", 1) ?? 0, Disruption = DisruptionMode.WholeGroup };
        int? seconds = document.Spec.IntOrNull("scheduleTimeoutSeconds", 0, int.MaxValue);
        return document.ToGang(GangKinds.Coscheduling, group) with
        {
            Timeout = seconds is { } known ? TimeSpan.FromSeconds(known) : null,
            HasStarted = document.IsPhase("Running", "Finished"),
        };
    }
}
