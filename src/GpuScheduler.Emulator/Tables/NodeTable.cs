using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

internal static class NodeTable
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static readonly TableLayout Layout = new(
        [
            new("Name", Format: "name"), new("Status"), new("Roles"), new("Age"), new("Version"), new("Internal-IP", Priority: 1), new("External-IP", Priority: 1),
            new("OS-Image", Priority: 1), new("Kernel-Version", Priority: 1), new("Container-Runtime", Priority: 1),
        ],
        Cells);

    private static JsonNode?[] Cells(JsonObject node, DateTimeOffset now)
    {
        JsonNode? info = node.At("status", "nodeInfo");
        string status = node.At("status", "conditions").Items().Where(condition => condition.Text("type") == "Ready")
            .Select(condition => condition.Text("status") == "True" ? "Ready" : "NotReady").FirstOrDefault("Unknown");
        if (node.At("spec", "unschedulable").IsTrue()) status += ",SchedulingDisabled";
        string[] roles = node.At("metadata", "labels") is JsonObject labels
            ? [.. labels.Where(label => label.Key.StartsWith(RolePrefix, StringComparison.Ordinal)).Select(label => label.Key[RolePrefix.Length..]).Order(StringComparer.Ordinal)]
            : [];
        return
        [
            node.Text("metadata", "name"), status, roles.Length == 0 ? "<none>" : string.Join(",", roles), Age.Of(node, now), info.Text("kubeletVersion"),
            Address(node, "InternalIP"), Address(node, "ExternalIP"), OrUnknown(info.Text("osImage")), OrUnknown(info.Text("kernelVersion")), OrUnknown(info.Text("containerRuntimeVersion")),
        ];
    }

    private static string Address(JsonObject node, string type)
        => node.At("status", "addresses").Items().Where(address => address.Text("type") == type).Select(address => address.Text("address")).FirstOrDefault("<none>");

    private static string OrUnknown(string text) => text.Length == 0 ? "<unknown>" : text;
}
