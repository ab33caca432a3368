using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>Claims and the devices that can be claimed, of manifests and dumps, and what follows for their nodes and pods.</summary>
internal sealed class ManifestClaims
{
    private readonly Notes _notes;
    private readonly ShapeCatalog _shapes;
    private readonly DeviceInventory _devices = new();
    private readonly Dictionary<(string Namespace, string Name), ResourceClaim> _claims = [];
    private readonly Dictionary<(string Namespace, string Name), ResourceClaim> _templates = [];
    private readonly HashSet<ResourceClaim> _held = new(ReferenceEqualityComparer.Instance);
    private readonly ClaimResolver _resolver;

    public ManifestClaims(Notes notes, ShapeCatalog shapes, IEnumerable<ManifestObject> objects)
    {
        (_notes, _shapes) = (notes, shapes);
        _resolver = new ClaimResolver(_devices);
        foreach (ManifestObject item in objects)
        {
            Read(item);
        }
    }

    public static bool Reads(ManifestObject item) => ClaimReader.Reads(item) || SliceReader.Reads(item);

    /// <summary>The node with the devices that can be claimed on it.</summary>
    public Node Dress(Node node)
    {
        Node dressed = _devices.Dress(node, _shapes, out string? problem);
        if (problem is not null)
        {
            _notes.Add($"nodes are without their devices: {problem}", node.Name);
        }

        return dressed;
    }

    /// <summary>The pod with what its claims ask or hold.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="bound">The node that it is bound to, with its devices; null: it is not bound, or the node is not there.</param>
    public Pod Dress(Pod pod, Node? bound)
    {
        if (pod.Claims.IsEmpty || pod.IsTerminal)
        {
            return pod;
        }

        ResourceClaim?[] claims = [.. pod.Claims.Select(c => Find(pod.Namespace, c)).Distinct()];
        if (claims.Contains(null))
        {
            _notes.Add("pods have resource claims that the input does not have (get deviceclasses, resourceslices and resourceclaims, too)", pod.ToString());
        }

        return pod.BoundNode.Length > 0 ? DressBound(pod, bound, [.. claims.OfType<ResourceClaim>()]) : DressPending(pod, [.. claims.OfType<ResourceClaim>()]);
    }

    private Pod DressBound(Pod pod, Node? bound, ResourceClaim[] claims)
    {
        DeviceSet devices = DeviceSet.Empty;
        foreach (ResourceClaim claim in claims.Where(c => bound is not null && c.Allocation is not null && _held.Add(c)))
        {
            foreach (int index in claim.Allocation!.Devices.Select(d => bound!.DeviceUuids.IndexOf(d.Id.ToString())).Where(i => i >= 0))
            {
                devices = devices.With(index);
            }
        }

        return devices.IsEmpty ? pod : pod with
        {
            BoundDevices = devices,
            Spec = pod.Spec with { Devices = new DeviceRequest { Count = devices.Count, Milli = Device.FullMilli, Form = DeviceRequestForm.Claim, Source = string.Join(", ", claims.Select(c => c.Name)) } },
        };
    }

    private Pod DressPending(Pod pod, ResourceClaim[] claims)
    {
        ClaimedDevices claimed = _resolver.Resolve([.. claims.Where(c => c.Allocation is null)]);
        foreach (string problem in claimed.Problems)
        {
            _notes.Add($"pods are tried without devices of their claims: {problem}", pod.ToString());
        }

        NodeAffinity? affinity = claims.Select(c => c.Allocation?.Nodes).OfType<ImmutableArray<NodeSelectorTerm>>().Aggregate(pod.Spec.NodeAffinity, ClaimPins.And);
        return pod with { Spec = pod.Spec with { NodeAffinity = affinity, Devices = claimed.Request.IsNone ? pod.Spec.Devices : claimed.Request } };
    }

    /// <summary>A template stands for the claim that would be made of it.</summary>
    private ResourceClaim? Find(string podNamespace, PodClaim claim) =>
        claim.Claim.Length > 0 ? _claims.GetValueOrDefault((podNamespace, claim.Claim)) : _templates.GetValueOrDefault((podNamespace, claim.Template));

    private void Read(ManifestObject item)
    {
        switch (item.Kind)
        {
            case "ResourceSlice" when SliceReader.Reads(item) && SliceReader.Read(item.Reader) is { } slice:
                _devices.Set(slice);
                break;
            case "DeviceClass" when SliceReader.Reads(item) && SliceReader.ReadClass(item.Reader) is { } deviceClass:
                _resolver.Set(deviceClass);
                break;
            case "ResourceClaim" when ClaimReader.Reads(item) && ClaimReader.Read(item.Reader) is { } claim:
                _claims[(claim.Namespace, claim.Name)] = claim;
                break;
            case "ResourceClaimTemplate" when ClaimReader.Reads(item) && ClaimReader.ReadTemplate(item.Reader) is { } template:
                _templates[(template.Namespace, template.Name)] = template;
                break;
        }
    }
}
