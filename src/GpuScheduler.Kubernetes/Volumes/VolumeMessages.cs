using static GpuScheduler.Kubernetes.ApiMessages;

namespace GpuScheduler.Kubernetes;

/// <summary>The messages of volumes, claims and classes as far as they are read (<c>generated.proto</c> in k8s.io/api core/v1 and storage/v1).</summary>
internal static class VolumeMessages
{
    private static readonly MessageShape Phase = new(Text(1, "phase"));

    private static readonly MessageShape ClaimRef = new(Text(2, "namespace"), Text(3, "name"), Text(4, "uid"));

    private static readonly MessageShape VolumeSpec = new(
        Quantities(1, "capacity"), Texts(3, "accessModes"), Part(4, "claimRef", ClaimRef), Text(6, "storageClassName"), Text(8, "volumeMode"),
        Part(9, "nodeAffinity", new MessageShape(Part(1, "required", new MessageShape(List(1, "nodeSelectorTerms", Term))))), Text(10, "volumeAttributesClassName"));

    private static readonly MessageShape ClaimSpec = new(
        Texts(1, "accessModes"), Part(2, "resources", new MessageShape(Quantities(2, "requests"))), Text(3, "volumeName"), Part(4, "selector", LabelSelector), Text(5, "storageClassName"),
        Text(6, "volumeMode"), Text(9, "volumeAttributesClassName"));

    private static readonly MessageShape Topology = new(List(1, "matchLabelExpressions", new MessageShape(Required(1, "key"), Texts(2, "values"))));

    public static MessageShape PersistentVolume { get; } = new(Part(1, "metadata", ApiMessages.ObjectMeta), Part(2, "spec", VolumeSpec), Part(3, "status", Phase));

    public static MessageShape PersistentVolumeClaim { get; } = new(Part(1, "metadata", ApiMessages.ObjectMeta), Part(2, "spec", ClaimSpec), Part(3, "status", Phase));

    public static MessageShape StorageClass { get; } = new(
        Part(1, "metadata", ApiMessages.ObjectMeta), Text(2, "provisioner"), Text(7, "volumeBindingMode"), List(8, "allowedTopologies", Topology));
}
