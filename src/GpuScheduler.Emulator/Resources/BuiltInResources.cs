using System.Collections.Immutable;

namespace GpuScheduler.Emulator;

/// <summary>The built-in resources. Kinds that only need to be kept (Deployments, Services …) are stored as they come: no controller acts on them.</summary>
internal static class BuiltInResources
{
    private static readonly ImmutableArray<string> CreateOnly = ["create"];

    private static readonly ResourceDefinition CoreEvents = new()
    {
        Group = "",
        Version = "v1",
        Plural = "events",
        Kind = "Event",
        ShortNames = ["ev"],
        Strategy = new EventStrategy(),
        Table = EventTable.Layout,
        SelectableFields =
        [
            ("involvedObject.kind", "involvedObject.kind"), ("involvedObject.namespace", "involvedObject.namespace"), ("involvedObject.name", "involvedObject.name"),
            ("involvedObject.uid", "involvedObject.uid"), ("involvedObject.apiVersion", "involvedObject.apiVersion"),
            ("involvedObject.resourceVersion", "involvedObject.resourceVersion"), ("involvedObject.fieldPath", "involvedObject.fieldPath"),
            ("reason", "reason"), ("reportingComponent", "reportingComponent"), ("source", "source.component"), ("type", "type"),
            ("regarding.kind", "involvedObject.kind"), ("regarding.namespace", "involvedObject.namespace"), ("regarding.name", "involvedObject.name"),
            ("regarding.uid", "involvedObject.uid"), ("regarding.apiVersion", "involvedObject.apiVersion"),
            ("regarding.resourceVersion", "involvedObject.resourceVersion"), ("regarding.fieldPath", "involvedObject.fieldPath"),
            ("reportingController", "reportingComponent"),
        ],
    };

    public static ImmutableArray<ResourceDefinition> All { get; } =
    [
        new()
        {
            Group = "", Version = "v1", Plural = "pods", Kind = "Pod", ShortNames = ["po"], Categories = ["all"], HasStatus = true, HasGeneration = true,
            Strategy = new PodStrategy(), Table = PodTable.Layout,
            SelectableFields =
            [
                ("spec.nodeName", "spec.nodeName"), ("status.phase", "status.phase"), ("spec.schedulerName", "spec.schedulerName"), ("spec.restartPolicy", "spec.restartPolicy"),
                ("spec.serviceAccountName", "spec.serviceAccountName"), ("spec.hostNetwork", "spec.hostNetwork"), ("status.podIP", "status.podIP"), ("status.nominatedNodeName", "status.nominatedNodeName"),
            ],
            Subresources =
            [
                new("binding", "Binding", "", "v1", CreateOnly), new("eviction", "Eviction", "policy", "v1", CreateOnly), new("log", "Pod", "", "v1", ["get"]),
            ],
        },
        new()
        {
            Group = "", Version = "v1", Plural = "nodes", Kind = "Node", Namespaced = false, ShortNames = ["no"], HasStatus = true, Strategy = new NodeStrategy(), Table = NodeTable.Layout,
            SelectableFields = [("spec.unschedulable", "spec.unschedulable")],
        },
        new()
        {
            Group = "", Version = "v1", Plural = "namespaces", Kind = "Namespace", Namespaced = false, ShortNames = ["ns"], HasStatus = true, Strategy = new NamespaceStrategy(),
            Table = NamespaceTable.Layout, SelectableFields = [("status.phase", "status.phase")],
        },
        CoreEvents,
        new()
        {
            Group = "events.k8s.io", Version = "v1", Plural = "events", Kind = "Event", ShortNames = ["ev"], Storage = CoreEvents, Strategy = CoreEvents.Strategy, Table = EventTable.Layout,
            Renames =
            [
                ("regarding", "involvedObject"), ("note", "message"), ("reportingController", "reportingComponent"), ("deprecatedSource", "source"),
                ("deprecatedFirstTimestamp", "firstTimestamp"), ("deprecatedLastTimestamp", "lastTimestamp"), ("deprecatedCount", "count"),
            ],
        },
        Plain("", "v1", "configmaps", "ConfigMap", "cm"),
        Plain("", "v1", "secrets", "Secret"),
        Plain("", "v1", "endpoints", "Endpoints", "ep"),
        Plain("", "v1", "limitranges", "LimitRange", "limits"),
        Plain("", "v1", "podtemplates", "PodTemplate"),
        Plain("", "v1", "serviceaccounts", "ServiceAccount", "sa"),
        WithStatus("", "v1", "services", "Service", "svc"),
        WithStatus("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", "pvc"),
        WithStatus("", "v1", "persistentvolumes", "PersistentVolume", "pv", namespaced: false),
        WithStatus("", "v1", "replicationcontrollers", "ReplicationController", "rc"),
        WithStatus("", "v1", "resourcequotas", "ResourceQuota", "quota"),
        new()
        {
            Group = "apps", Version = "v1", Plural = "deployments", Kind = "Deployment", ShortNames = ["deploy"], Categories = ["all"], HasStatus = true, HasGeneration = true,
            Table = DeploymentTable.Layout, Strategy = new WorkloadStrategy(),
        },
        new() { Group = "apps", Version = "v1", Plural = "replicasets", Kind = "ReplicaSet", ShortNames = ["rs"], Categories = ["all"], HasStatus = true, HasGeneration = true, Strategy = new WorkloadStrategy() },
        new() { Group = "apps", Version = "v1", Plural = "statefulsets", Kind = "StatefulSet", ShortNames = ["sts"], Categories = ["all"], HasStatus = true, HasGeneration = true, Strategy = new WorkloadStrategy() },
        new() { Group = "apps", Version = "v1", Plural = "daemonsets", Kind = "DaemonSet", ShortNames = ["ds"], Categories = ["all"], HasStatus = true, HasGeneration = true, Strategy = new WorkloadStrategy() },
        Plain("apps", "v1", "controllerrevisions", "ControllerRevision"),
        new() { Group = "batch", Version = "v1", Plural = "jobs", Kind = "Job", Categories = ["all"], HasStatus = true, HasGeneration = true, Strategy = new WorkloadStrategy() },
        new() { Group = "batch", Version = "v1", Plural = "cronjobs", Kind = "CronJob", ShortNames = ["cj"], Categories = ["all"], HasStatus = true, HasGeneration = true },
        new() { Group = "coordination.k8s.io", Version = "v1", Plural = "leases", Kind = "Lease", Strategy = new LeaseStrategy(), Table = LeaseTable.Layout },
        new() { Group = "scheduling.k8s.io", Version = "v1", Plural = "priorityclasses", Kind = "PriorityClass", Namespaced = false, ShortNames = ["pc"], HasGeneration = true, Strategy = new PriorityClassStrategy(), Table = PriorityClassTable.Layout },
        WithStatus("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", "pdb"),
        Plain("storage.k8s.io", "v1", "storageclasses", "StorageClass", "sc", namespaced: false),
        Plain("storage.k8s.io", "v1", "csinodes", "CSINode", namespaced: false),
        Plain("storage.k8s.io", "v1", "csidrivers", "CSIDriver", namespaced: false),
        Plain("storage.k8s.io", "v1", "csistoragecapacities", "CSIStorageCapacity"),
        WithStatus("storage.k8s.io", "v1", "volumeattachments", "VolumeAttachment", namespaced: false),
        Rbac("roles", "Role", namespaced: true),
        Rbac("rolebindings", "RoleBinding", namespaced: true),
        Rbac("clusterroles", "ClusterRole", namespaced: false),
        Rbac("clusterrolebindings", "ClusterRoleBinding", namespaced: false),
        Plain("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", "netpol"),
        WithStatus("networking.k8s.io", "v1", "ingresses", "Ingress", "ing"),
        Plain("node.k8s.io", "v1", "runtimeclasses", "RuntimeClass", namespaced: false),
        Plain("resource.k8s.io", "v1", "deviceclasses", "DeviceClass", namespaced: false),
        new() { Group = "resource.k8s.io", Version = "v1", Plural = "resourceclaims", Kind = "ResourceClaim", HasStatus = true, Strategy = new ResourceClaimStrategy() },
        Plain("resource.k8s.io", "v1", "resourceclaimtemplates", "ResourceClaimTemplate"),
        Plain("resource.k8s.io", "v1", "resourceslices", "ResourceSlice", namespaced: false),
        new()
        {
            Group = "apiextensions.k8s.io", Version = "v1", Plural = "customresourcedefinitions", Kind = "CustomResourceDefinition", Namespaced = false, ShortNames = ["crd", "crds"],
            HasStatus = true, HasGeneration = true, Strategy = new CustomResourceStrategy(), Table = CustomResourceTable.Layout,
        },
    ];

    private static ResourceDefinition Plain(string group, string version, string plural, string kind, string shortName = "", bool namespaced = true)
        => new() { Group = group, Version = version, Plural = plural, Kind = kind, ShortNames = Short(shortName), Namespaced = namespaced };

    private static ResourceDefinition WithStatus(string group, string version, string plural, string kind, string shortName = "", bool namespaced = true)
        => new() { Group = group, Version = version, Plural = plural, Kind = kind, ShortNames = Short(shortName), Namespaced = namespaced, HasStatus = true, HasGeneration = group.Length > 0 };

    private static ResourceDefinition Rbac(string plural, string kind, bool namespaced)
        => new() { Group = "rbac.authorization.k8s.io", Version = "v1", Plural = plural, Kind = kind, Namespaced = namespaced, Strategy = new RbacStrategy() };

    private static ImmutableArray<string> Short(string name) => name.Length == 0 ? [] : [name];
}
