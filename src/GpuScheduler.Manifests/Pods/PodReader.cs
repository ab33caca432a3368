using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Reads pods.</summary>
internal sealed class PodReader(
    ConfigurationErrors errors, Notes notes, PriorityClasses priorities, IReadOnlyDictionary<string, (Node Node, ManifestObject Object)> nodes)
{
    private readonly Dictionary<(string Namespace, string Name), ManifestObject> _byName = [];
    private readonly List<Pod> _pods = [];

    public IReadOnlyList<Pod> Pods => _pods;

    public void Read(ManifestObject item)
    {
        string name = item.Name();
        if (ReadPod(item.Reader, item.Metadata, item.Namespace(), notes, item.Label()) is not { } template || name.Length == 0)
        {
            return;
        }

        Pod named = Stamped(template, PodStamp.None) with
        {
            Name = name,
            Uid = item.Metadata!.String("uid"),
            Created = Timestamps.Read(item.Metadata, "creationTimestamp"),
            DeletionTimestamp = Timestamps.ReadOrNull(item.Metadata, "deletionTimestamp"),
            Owner = Owner(item.Metadata),
        };
        DisregardReader.NoteExclusive(named, notes, item.Label());
        Add(Bound(named, item), item);
    }

    /// <summary>A pod without a name from a workload's template; null where that has no spec.</summary>
    public PodTemplate? ReadTemplate(MapReader template, string podNamespace, ManifestObject owner)
    {
        PodTemplate? read = ReadPod(template, template.Map("metadata"), podNamespace, notes, owner.Label());
        if (read is not null)
        {
            DisregardReader.NoteExclusive(read.Pod, notes, owner.Label());
        }

        return read;
    }

    /// <summary>A pod of a template, with what its controller adds, which is also what says its gang.</summary>
    public Pod Stamped(PodTemplate template, PodStamp stamp)
    {
        ImmutableSortedDictionary<string, string> labels = template.Pod.Labels.SetItems(stamp.Labels);
        ImmutableSortedDictionary<string, string> annotations = template.Annotations.SetItems(stamp.Annotations);
        List<GangMembershipError> found = [];
        GangMemberships.TryRead(new GangSource(template.Pod.Namespace, labels, annotations, template.Pod.SchedulingGroup), found, out GangMembership? gang);
        foreach (GangMembershipError error in found)
        {
            DocumentNode? blame = error.Keys.Select(k => template.Metadata?.Map("annotations")?.Node[k] ?? template.Metadata?.Map("labels")?.Node[k]).FirstOrDefault(n => n is not null);
            errors.Add(blame ?? template.Reader.Node, error.Message);
        }

        return gang is null && ReferenceEquals(labels, template.Pod.Labels) ? template.Pod : template.Pod with { Labels = labels, Gang = gang };
    }

    /// <summary>Adds a pod; a second of its name is an error.</summary>
    public void Add(Pod pod, ManifestObject from)
    {
        if (_byName.TryAdd((pod.Namespace, pod.Name), from))
        {
            _pods.Add(pod);
        }
        else
        {
            ManifestObject.AddDuplicate($"pod {pod}", _byName[(pod.Namespace, pod.Name)], from);
        }
    }

    private PodTemplate? ReadPod(MapReader reader, MapReader? metadata, string podNamespace, Notes notes, string label)
    {
        if (reader.Map("spec") is not { } spec)
        {
            if (!reader.Has("spec"))
            {
                reader.Error("spec", "is required; add it with containers");
            }

            return null;
        }

        ImmutableSortedDictionary<string, string> annotations = metadata?.StringMap("annotations") ?? LabelSet.Empty;
        // The API server's defaults are not there yet in a manifest that a person wrote.
        bool hostNetwork = spec.Bool("hostNetwork", false);
        PodSpec content = new()
        {
            Namespace = podNamespace,
            SchedulerName = spec.String("schedulerName") is { Length: > 0 } scheduler ? scheduler : ProfileConfiguration.DefaultSchedulerName,
            Containers = [.. spec.Maps("containers").Select(c => ContainerReader.Read(c, hostNetwork, false))],
            InitContainers = [.. spec.Maps("initContainers").Select(c => ContainerReader.Read(c, hostNetwork, true))],
            PodResources = spec.Map("resources") is { } resources ? ContainerReader.Requests(resources) : null,
            Overhead = Quantities.Read(spec, "overhead") ?? ResourceList.Empty,
            NodeSelector = spec.StringMap("nodeSelector"),
            NodeAffinity = AffinityReader.Read(spec),
            Tolerations = [.. spec.Maps("tolerations").Select(AffinityReader.Toleration)],
        };
        if (spec.Find("containers") is null or ListNode { Items.IsEmpty: true })
        {
            spec.Error("containers", "has no container; add one");
        }

        Pod pod = new()
        {
            Name = "",
            Namespace = podNamespace,
            Labels = metadata?.StringMap("labels") ?? LabelSet.Empty,
            Priority = priorities.Of(spec),
            PriorityClassName = spec.String("priorityClassName"),
            PreemptionPolicy = priorities.PreemptionPolicyOf(spec),
            TerminationGracePeriod = GracePeriod(spec),
            ActiveDeadline = ActiveDeadline(spec),
            SchedulingGroup = spec.Map("schedulingGroup")?.String("podGroupName") ?? "",
            Disregarded = DisregardReader.Read(spec, notes, label, out ImmutableArray<ExclusiveTerm> exclusive),
            ExclusiveTerms = exclusive,
            Claims = PodClaimReader.Read(spec),
            Volumes = PodVolumeReader.Read(spec),
            SchedulingGates = [.. spec.Maps("schedulingGates").Select(g => g.RequiredString("name"))],
            Spec = content,
        };
        if (spec.String("nodeName").Length > 0 && !annotations.ContainsKey(ManifestKeys.Devices) && annotations.TryGetValue(HamiKeys.Allocated, out string? allocated))
        {
            pod = PlacedByHami(pod, allocated, annotations, metadata!);
        }
        else
        {
            pod = pod with { Spec = content with { Devices = Devices(reader, metadata, annotations, content) } };
        }

        return new PodTemplate(pod, annotations, reader, metadata);
    }

    /// <summary>What a pod that HAMi's scheduler placed holds is what it was given there, by whatever defaults, and not what we would read its request as.</summary>
    private Pod PlacedByHami(Pod pod, string allocated, ImmutableSortedDictionary<string, string> annotations, MapReader metadata)
    {
        if (!HamiAllocation.TryDecode(allocated, pod.Spec.InitContainers.Length, out ImmutableArray<string> uuids, out DeviceRequest request))
        {
            errors.Add(metadata.Map("annotations")!.Node[HamiKeys.Allocated]!,
                $"\"{allocated}\" is not how HAMi writes devices (UUID,NVIDIA,MiB,cores: for each, and ; after each container); delete the pod, or correct it by what its containers have");
            DeviceRequests.TryRead(annotations, pod.Spec, [], out request);
        }

        return pod with { BoundUuids = uuids, Spec = pod.Spec with { Devices = request } };
    }

    private DeviceRequest Devices(MapReader reader, MapReader? metadata, ImmutableSortedDictionary<string, string> annotations, PodSpec spec)
    {
        List<DeviceRequestError> found = [];
        DeviceRequests.TryRead(annotations, spec, found, out DeviceRequest request);
        foreach (DeviceRequestError error in found)
        {
            DocumentNode? blame = error.Keys.Select(k => metadata?.Map("annotations")?.Node[k]).FirstOrDefault(n => n is not null)
                ?? reader.Map("spec")?.Find("containers");
            errors.Add(blame ?? reader.Node, error.Message);
        }

        return request;
    }

    /// <summary>A negative one is one second, as for the API server.</summary>
    private static TimeSpan GracePeriod(MapReader spec)
    {
        long seconds = spec.Long("terminationGracePeriodSeconds", long.MinValue, long.MaxValue, (long)Pod.DefaultTerminationGracePeriod.TotalSeconds);
        return TimeSpan.FromSeconds(seconds < 0 ? 1 : Math.Min(seconds, int.MaxValue));
    }

    private static TimeSpan? ActiveDeadline(MapReader spec) =>
        spec.Has("activeDeadlineSeconds") ? TimeSpan.FromSeconds(spec.Long("activeDeadlineSeconds", 1, int.MaxValue, int.MaxValue)) : null;

    private static PodOwner? Owner(MapReader metadata)
    {
        foreach (MapReader owner in metadata.Maps("ownerReferences"))
        {
            if (owner.Bool("controller", false))
            {
                return new PodOwner(owner.String("kind"), owner.String("name"), owner.String("uid"));
            }
        }

        return null;
    }

    /// <summary>Says where the pod is. Without a status it is a wish to be on that node; with one it is there.</summary>
    private Pod Bound(Pod pod, ManifestObject item)
    {
        MapReader spec = item.Reader.Map("spec")!;
        string nodeName = spec.String("nodeName");
        if (item.Reader.Map("status") is not { } status || status.String("phase") is not { Length: > 0 } phase)
        {
            return pod with { Spec = pod.Spec with { NodeName = nodeName } };
        }

        bool isTerminal = phase is "Succeeded" or "Failed";
        if (nodeName.Length > 0 && !isTerminal && nodes.Count > 0 && !nodes.ContainsKey(nodeName))
        {
            notes.Add("pods are bound to nodes that are not in the input", pod.ToString());
        }

        return pod with
        {
            BoundNode = nodeName,
            Claims = PodClaimReader.Made(pod.Claims, status),
            NominatedNodeName = status.String("nominatedNodeName"),
            StartTime = Timestamps.ReadOrNull(status, "startTime"),
            IsTerminal = isTerminal,
            HasSucceeded = phase == "Succeeded",
            BoundDevices = nodeName.Length > 0 && !isTerminal ? BoundDevices(pod, nodeName, item) : default,
        };
    }

    private DeviceSet BoundDevices(Pod pod, string nodeName, ManifestObject item)
    {
        MapNode? annotations = item.Metadata?.Map("annotations")?.Node;
        if (annotations?[ManifestKeys.Devices] is not ScalarNode { Text: var text } node)
        {
            return default;
        }

        DeviceSet devices = default;
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= Device.MaxPerNode)
            {
                errors.Add(node, $"\"{text}\" is not a list of devices; write their indices, 0 to {Device.MaxPerNode - 1}, such as \"0,3\"");
                return default;
            }

            if (devices.Contains(index))
            {
                errors.Add(node, $"\"{text}\" names device {index} twice; remove one");
                return default;
            }

            devices = devices.With(index);
        }

        if (!pod.Spec.Devices.IsNone && devices.Count != pod.Spec.Devices.Count)
        {
            errors.Add(node, $"\"{text}\" is {devices.Count} devices but the pod asks for {pod.Spec.Devices.Count} ({pod.Spec.Devices.Source}); make them agree");
        }
        else if (nodes.TryGetValue(nodeName, out (Node Node, ManifestObject Object) bound) && (devices.Bits & ~bound.Node.Shape.All.Bits) != 0)
        {
            errors.Add(node, $"\"{text}\" names a device that node {nodeName} does not have (it has {bound.Node.Shape.Count}); correct it or the node's devices");
        }

        return devices;
    }
}
