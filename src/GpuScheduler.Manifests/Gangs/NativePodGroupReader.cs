using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>Kubernetes' own PodGroup (v1alpha2, v1alpha3, v1beta1). It needs no Workload: it carries a copy of its template.</summary>
internal sealed class NativePodGroupReader : IGangReader
{
    public string ApiGroup => "scheduling.k8s.io";

    public string Kind => "PodGroup";

    public GangObject Read(GangDocument document)
    {
        GangObject gang = NativePolicies.Priority(document.Spec, document.ToGang(GangKinds.PodGroup, NativePolicies.PodGroup(document.Spec)));
        return gang with { Parent = NativeCompositeReader.ParentOf(document), HasStarted = document.Is("PodGroupInitiallyScheduled") || document.Is("PodGroupScheduled") };
    }
}
