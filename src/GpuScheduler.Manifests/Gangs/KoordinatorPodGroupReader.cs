using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Koordinator's PodGroup (v1alpha1 of the older group name), which says most in annotations.</summary>
internal sealed class KoordinatorPodGroupReader : IGangReader
{
    private const string WaitingTime = "gang.scheduling.koordinator.sh/waiting-time";

    public string ApiGroup => "scheduling.sigs.k8s.io";

    public string Kind => "PodGroup";

    public GangObject Read(GangDocument document)
    {
        int min = GangDocument.Count(document.Spec, "minMember", 0) ?? 0;
        int? seconds = document.Spec.IntOrNull("scheduleTimeoutSeconds", 0, int.MaxValue);
        ImmutableSortedDictionary<string, string> annotations = document.Annotations;
        GangObject gang = document.ToGang(GangKinds.Koordinator, new GangGroup());
        GangObject said = KoordinatorGang.Read(gang.Key, min, annotations, document.AnnotationError);

        // A time that is none is the default, as for Koordinator.
        bool hasTime = GoDuration.TryParse(annotations.GetValueOrDefault(WaitingTime, ""), out TimeSpan wait) && wait > TimeSpan.Zero;
        return gang with
        {
            Group = said.Group,
            Parent = said.Parent,
            ImpliedParent = said.ImpliedParent,
            HasStarted = document.IsPhase("Scheduled", "Running", "Finished"),
            Timeout = hasTime ? wait : seconds is { } known ? TimeSpan.FromSeconds(known) : null,
        };
    }
}
