using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>Kubernetes' CompositePodGroup (v1alpha3): a group of the PodGroups and composites that name it as their parent.</summary>
internal sealed class NativeCompositeReader : IGangReader
{
    public string ApiGroup => "scheduling.k8s.io";

    public string Kind => "CompositePodGroup";

    public GangObject Read(GangDocument document)
    {
        GangObject gang = NativePolicies.Priority(document.Spec, document.ToGang(GangKinds.CompositePodGroup, NativePolicies.Composite(document.Spec)));
        return gang with { Parent = ParentOf(document), HasStarted = document.Is("CompositePodGroupInitiallyScheduled") };
    }

    public static GangKey? ParentOf(GangDocument document) =>
        document.Spec.String("parentCompositePodGroupName") is { Length: > 0 } parent ? new GangKey(GangKinds.CompositePodGroup, document.Namespace, parent) : null;
}
