using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>The Priority admission plugin: a pod's class becomes its number.</summary>
internal static class PodPriority
{
    public static void Resolve(JsonObject pod, JsonObject spec, ObjectStore store)
    {
        ResourceDefinition classes = store.Catalog.PriorityClasses;
        string name = spec.Text("priorityClassName");
        JsonObject? found = name switch
        {
            "" => store.Snapshot(classes).Table.In("").Select(stored => stored.ReadDocument()).FirstOrDefault(document => document.Get("globalDefault").IsTrue()),
            _ => store.Find(classes, "", name)?.ReadDocument()
                ?? throw ApiError.Forbidden(store.Catalog.Pods, pod.Text("metadata", "name"), $"no PriorityClass with name {name} was found"),
        };
        if (found is not null) spec["priorityClassName"] = found.Text("metadata", "name");
        long priority = found?.Get("value").Number() ?? 0;
        if (spec.Get("priority").Number() is { } given && given != priority)
            throw ApiError.Forbidden(store.Catalog.Pods, pod.Text("metadata", "name"), $"the integer value of priority ({given}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name");
        spec["priority"] = priority;
        if (spec.Get("preemptionPolicy") is null) spec["preemptionPolicy"] = found?.Text("preemptionPolicy") is { Length: > 0 } policy ? policy : "PreemptLowerPriority";
    }
}
