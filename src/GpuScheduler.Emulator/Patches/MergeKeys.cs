using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Which lists of built-in kinds are merged by item (the patchMergeKey tags of k8s.io/api); all others are replaced whole.</summary>
internal static class MergeKeys
{
    private static readonly FrozenDictionary<string, string> ByField = new Dictionary<string, string>
    {
        ["containers"] = "name",
        ["initContainers"] = "name",
        ["ephemeralContainers"] = "name",
        ["volumes"] = "name",
        ["env"] = "name",
        ["imagePullSecrets"] = "name",
        ["volumeMounts"] = "mountPath",
        ["volumeDevices"] = "devicePath",
        ["conditions"] = "type",
        ["addresses"] = "type",
        ["ownerReferences"] = "uid",
        ["topologySpreadConstraints"] = "topologyKey",
        ["hostAliases"] = "ip",
        ["podIPs"] = "ip",
        ["hostIPs"] = "ip",
        ["resourceClaims"] = "name",
        ["schedulingGates"] = "name",
        ["resourceClaimStatuses"] = "name",
        ["secrets"] = "name",
    }.ToFrozenDictionary();

    /// <summary>The key that tells the items of a list apart; null where the list is replaced whole.</summary>
    public static string? Of(string field, JsonArray list)
    {
        if (field == "ports") return list.Items().Any(port => port.ContainsKey("containerPort")) ? "containerPort" : "port";
        return ByField.GetValueOrDefault(field);
    }

    /// <summary>Whether a list of plain values is merged as a set.</summary>
    public static bool IsSet(string field) => field is "finalizers" or "podCIDRs";
}
