using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>The columns of pods, as kubectl shows them.</summary>
internal static class PodTable
{
    public static readonly TableLayout Layout = new(
        [
            new("Name", Format: "name"), new("Ready"), new("Status"), new("Restarts"), new("Age"), new("IP", Priority: 1), new("Node", Priority: 1),
            new("Nominated Node", Priority: 1), new("Readiness Gates", Priority: 1),
        ],
        Cells);

    private static JsonNode?[] Cells(JsonObject pod, DateTimeOffset now)
    {
        JsonNode? spec = pod.Get("spec"), status = pod.Get("status");
        JsonObject[] states = [.. status.Get("containerStatuses").Items()];
        int ready = states.Count(state => state.Get("ready").IsTrue());
        long restarts = states.Sum(state => state.Get("restartCount").Number() ?? 0);
        return
        [
            pod.Text("metadata", "name"), $"{ready}/{spec.Get("containers").Items().Count()}", Status(pod, states), restarts.ToText(), Age.Of(pod, now),
            OrNone(status.Text("podIP")), OrNone(spec.Text("nodeName")), OrNone(status.Text("nominatedNodeName")), "<none>",
        ];
    }

    private static string Status(JsonObject pod, JsonObject[] states)
    {
        string phase = pod.Text("status", "phase"), reason = pod.Text("status", "reason");
        string shown = reason.Length > 0 ? reason : phase;
        if (pod.At("status", "conditions").Items().Any(condition => condition.Text("type") == "PodScheduled" && condition.Text("reason") == "SchedulingGated")) shown = "SchedulingGated";
        foreach (JsonObject state in states)
        {
            string waiting = state.At("state", "waiting").Text("reason"), ended = state.At("state", "terminated").Text("reason");
            if (waiting.Length > 0) shown = waiting;
            else if (ended.Length > 0) shown = ended;
        }

        if (pod.At("metadata", "deletionTimestamp") is null) return shown;
        return reason == "NodeLost" ? "Unknown" : phase is "Succeeded" or "Failed" ? shown : "Terminating";
    }

    private static string OrNone(string text) => text.Length == 0 ? "<none>" : text;
}
