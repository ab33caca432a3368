namespace GpuScheduler.Kubernetes;

/// <summary>
/// The messages of pods, nodes and PriorityClasses as far as the readers of <c>GpuScheduler.Manifests</c> read them: a reader that asks for a further field needs it here.
/// Numbers are those of <c>generated.proto</c> in k8s.io/api core/v1 and scheduling/v1 and k8s.io/apimachinery meta/v1.
/// </summary>
internal static class ApiMessages
{
    private static readonly MessageShape Resources = new(Quantities(1, "limits"), Quantities(2, "requests"));

    private static readonly MessageShape Port = new(Int(2, "hostPort"), RequiredInt(3, "containerPort"), Text(4, "protocol"), Text(5, "hostIP"));

    private static readonly MessageShape Requirement = new(Required(1, "key"), Required(2, "operator"), Texts(3, "values"));

    public static readonly MessageShape Term = new(List(1, "matchExpressions", Requirement), List(2, "matchFields", Requirement));

    private static readonly MessageShape NodeAffinity = new(
        Part(1, "requiredDuringSchedulingIgnoredDuringExecution", new MessageShape(List(1, "nodeSelectorTerms", Term))),
        List(2, "preferredDuringSchedulingIgnoredDuringExecution", new MessageShape(RequiredInt(1, "weight"), Part(2, "preference", Term))));

    public static readonly MessageShape LabelSelector = new(Map(1, "matchLabels"), List(2, "matchExpressions", Requirement));

    private static readonly MessageShape PodTerms = new(List(1, "requiredDuringSchedulingIgnoredDuringExecution", new MessageShape(
        Part(1, "labelSelector", LabelSelector), Texts(2, "namespaces"), Required(3, "topologyKey"), Part(4, "namespaceSelector", LabelSelector))));

    private static readonly MessageShape Affinity = new(Part(1, "nodeAffinity", NodeAffinity), Part(2, "podAffinity", PodTerms), Part(3, "podAntiAffinity", PodTerms));

    private static readonly MessageShape Toleration = new(Text(1, "key"), Text(2, "operator"), Text(3, "value"), Text(4, "effect"));

    private static readonly MessageShape Condition = new(Required(1, "type"), Required(2, "status"), Text(5, "reason"), Text(6, "message"));

    private static readonly MessageShape PodStatus = new(Text(1, "phase"), List(2, "conditions", Condition), Time(7, "startTime"), Text(11, "nominatedNodeName"),
        List(15, "resourceClaimStatuses", new MessageShape(Required(1, "name"), Text(2, "resourceClaimName"))));

    private static readonly MessageShape Taint = new(Required(1, "key"), Text(2, "value"), Required(3, "effect"));

    private static readonly MessageShape NodeStatus = new(
        Quantities(1, "capacity"), Quantities(2, "allocatable"), List(8, "images", new MessageShape(Texts(1, "names"), Int(2, "sizeBytes"))));

    /// <summary>Of a volume's sources the claims; all others cost nothing.</summary>
    private static readonly MessageShape Volume = new(
        Required(1, "name"), new MessageField(10, "persistentVolumeClaim", FieldKind.Message, new MessageShape(Required(1, "claimName")), Within: 2),
        new MessageField(29, "ephemeral", FieldKind.Message, new MessageShape(), Within: 2));

    public static MessageShape Owner { get; } = new(Required(1, "kind"), Required(3, "name"), Required(4, "uid"), Flag(6, "controller"));

    public static MessageShape ObjectMeta { get; } = new(
        Text(1, "name"), Text(3, "namespace"), Text(5, "uid"), Text(6, "resourceVersion"), Time(8, "creationTimestamp"), Time(9, "deletionTimestamp"),
        Map(11, "labels"), Map(12, "annotations"), List(13, "ownerReferences", Owner));

    public static MessageShape Container { get; } = new(
        Required(1, "name"), Text(2, "image"), List(6, "ports", Port), Part(8, "resources", Resources), Text(24, "restartPolicy"));

    public static MessageShape PodSpec { get; } = new(
        List(1, "volumes", Volume), List(2, "containers", Container), RequiredInt(4, "terminationGracePeriodSeconds"), RequiredInt(5, "activeDeadlineSeconds"), Map(7, "nodeSelector"),
        Text(10, "nodeName"), Flag(11, "hostNetwork"), Part(18, "affinity", Affinity), Text(19, "schedulerName"), List(20, "initContainers", Container), List(22, "tolerations", Toleration), Text(24, "priorityClassName"), RequiredInt(25, "priority"),
        Text(31, "preemptionPolicy"), Quantities(32, "overhead"), List(33, "topologySpreadConstraints", new MessageShape(Required(3, "whenUnsatisfiable"))),
        List(38, "schedulingGates", new MessageShape(Required(1, "name"))), List(39, "resourceClaims", new MessageShape(Required(1, "name"), Text(3, "resourceClaimName"), Text(4, "resourceClaimTemplateName"))), Part(40, "resources", Resources),
        Part(43, "schedulingGroup", new MessageShape(Text(1, "podGroupName"))));

    public static MessageShape Pod { get; } = new(Part(1, "metadata", ObjectMeta), Part(2, "spec", PodSpec), Part(3, "status", PodStatus));

    public static MessageShape Node { get; } = new(
        Part(1, "metadata", ObjectMeta), Part(2, "spec", new MessageShape(Flag(4, "unschedulable"), List(5, "taints", Taint))), Part(3, "status", NodeStatus));

    public static MessageShape PriorityClass { get; } = new(
        Part(1, "metadata", ObjectMeta), RequiredInt(2, "value"), Flag(3, "globalDefault"), Text(5, "preemptionPolicy"));

    public static MessageField Text(int number, string name) => new(number, name, FieldKind.String);

    public static MessageField Required(int number, string name) => new(number, name, FieldKind.String, KeepsEmpty: true);

    public static MessageField Texts(int number, string name) => new(number, name, FieldKind.String, IsList: true, KeepsEmpty: true);

    private static MessageField Int(int number, string name) => new(number, name, FieldKind.Integer);

    private static MessageField RequiredInt(int number, string name) => new(number, name, FieldKind.Integer, KeepsEmpty: true);

    public static MessageField Flag(int number, string name) => new(number, name, FieldKind.Bool);

    private static MessageField Time(int number, string name) => new(number, name, FieldKind.Time);

    private static MessageField Map(int number, string name) => new(number, name, FieldKind.StringMap);

    public static MessageField Quantities(int number, string name) => new(number, name, FieldKind.QuantityMap);

    public static MessageField Part(int number, string name, MessageShape shape) => new(number, name, FieldKind.Message, shape);

    public static MessageField List(int number, string name, MessageShape shape) => new(number, name, FieldKind.Message, shape, IsList: true);
}
