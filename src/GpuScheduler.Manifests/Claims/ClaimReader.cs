using System.Collections.Immutable;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Reads ResourceClaims (<c>resource.k8s.io/v1</c>, and <c>v1beta2</c>, which is written alike).</summary>
internal static class ClaimReader
{
    public static bool Reads(ManifestObject item) => item is { Kind: "ResourceClaim" or "ResourceClaimTemplate" } && ClaimApi.IsReadVersion(item.ApiVersion);

    /// <summary>A claim; null where it has no name.</summary>
    public static ResourceClaim? Read(MapReader reader)
    {
        MapReader? metadata = reader.Map("metadata"), status = reader.Map("status");
        string name = metadata?.String("name") ?? "";
        return name.Length == 0 ? null : ReadSpec(reader) with
        {
            Name = name,
            Namespace = metadata!.String("namespace", "default"),
            Uid = metadata.String("uid"),
            ResourceVersion = metadata.String("resourceVersion"),
            IsDeleting = metadata.Has("deletionTimestamp"),
            Allocation = status?.Map("allocation") is { } allocation ? ReadAllocation(allocation) : null,
            ReservedFor = status is null ? [] : [.. status.Maps("reservedFor").Select(r => r.String("uid"))],
        };
    }

    /// <summary>What claims made of a template ask; its name is the template's.</summary>
    public static ResourceClaim? ReadTemplate(MapReader reader)
    {
        MapReader? metadata = reader.Map("metadata");
        return metadata?.String("name") is { Length: > 0 } name && reader.Map("spec") is { } template
            ? ReadSpec(template) with { Name = name, Namespace = metadata.String("namespace", "default") }
            : null;
    }

    private static ResourceClaim ReadSpec(MapReader reader)
    {
        // Errors of its own: what an allocated claim asks is of no matter, and nobody is to hear of it.
        ConfigurationErrors errors = [];
        ImmutableArray<ClaimRequest> requests = [];
        if (new MapReader(reader.Node, errors).Map("spec")?.Map("devices") is { } devices)
        {
            requests = [.. devices.Maps("requests").Select(ReadRequest).OfType<ClaimRequest>()];
            foreach (MapReader constraint in devices.Maps("constraints"))
            {
                string key = constraint.Has("matchAttribute") ? "matchAttribute" : "distinctAttribute";
                constraint.Error(key, $"devices are not chosen by {constraint.String(key, "this constraint")} here, but by how fast they reach each other; remove the constraint, or name another scheduler in the pod");
            }
        }

        return new ResourceClaim { Name = "", Requests = requests, Problems = ObjectProblems.Sentences(errors) };
    }

    private static ClaimRequest? ReadRequest(MapReader reader)
    {
        string name = reader.RequiredString("name");
        if (reader.Has("firstAvailable"))
        {
            reader.Error("firstAvailable", "alternatives are not tried here; write one request under exactly, or name another scheduler in the pod");
            return null;
        }

        if (reader.Map("exactly") is not { } exactly)
        {
            reader.Error("exactly", "is required; add it with a deviceClassName");
            return null;
        }

        if (exactly.String("allocationMode", "ExactCount") is not "ExactCount" and var mode)
        {
            exactly.Error("allocationMode", $"\"{mode}\" is not honoured here; write ExactCount and a count");
        }

        if (exactly.Bool("adminAccess", false))
        {
            exactly.Error("adminAccess", "access to devices that others have is not given here; remove it, or name another scheduler in the pod");
        }

        if (exactly.Has("capacity"))
        {
            exactly.Error("capacity", "parts of devices are not handed out here; remove it, or name another scheduler in the pod");
        }

        ImmutableArray<string> selectors = [.. exactly.Maps("selectors").Select(ReadSelector)];
        return new ClaimRequest(name, exactly.RequiredString("deviceClassName"), selectors, exactly.Int("count", 1, int.MaxValue, 1), exactly.Node.Path);
    }

    /// <summary>The CEL expression of a selector.</summary>
    public static string ReadSelector(MapReader reader)
    {
        if (reader.Map("cel") is { } cel)
        {
            return cel.RequiredString("expression");
        }

        reader.Error("cel", "is required, other selectors are not known here; add it with an expression");
        return "";
    }

    private static ClaimAllocation ReadAllocation(MapReader reader) => new(
        reader.Map("devices") is { } devices
            ? [.. devices.Maps("results").Select(r => new AllocatedDevice(r.String("request"), new DeviceId(r.String("driver"), r.String("pool"), r.String("device"))))]
            : [],
        reader.Map("nodeSelector") is { } selector ? [.. selector.Maps("nodeSelectorTerms").Select(AffinityReader.Term)] : null);
}
