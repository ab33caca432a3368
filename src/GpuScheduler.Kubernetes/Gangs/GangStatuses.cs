using System.Globalization;
using System.Text.Json.Nodes;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// What each ecosystem expects in a gang's status: Kubernetes the condition <c>PodGroupInitiallyScheduled</c> (KEP-4671; <c>PodGroupScheduled</c> in v1alpha2; once True it stays so), Volcano phase and
/// conditions (its Job controller makes no pods before <c>Inqueue</c>), Grove phase and the condition <c>Scheduled</c>, KAI the scheduling condition of the node pool while nothing of the gang is placed
/// and an annotation once it has started (<c>default_status_updater.go</c>), Koordinator the phases that the controller inside its scheduler writes. The coscheduling plugin has a controller of its own for that.
/// </summary>
internal static class GangStatuses
{
    /// <summary>False for Volcano and Koordinator, whose status is a plain part of the object.</summary>
    public static bool HasSubresource(StatedGang gang) => gang.Gang.Key.Kind is not (GangKinds.Volcano or GangKinds.Koordinator);

    /// <summary>The fields of <c>status</c> to set; null: it says that already, or nothing is to be said.</summary>
    public static JsonObject? After(StatedGang gang, GangVerdict verdict, DateTimeOffset now)
    {
        string at = ApiTime.Seconds(now);
        return gang.Gang.Key.Kind switch
        {
            GangKinds.PodGroup => Native(gang, verdict, gang.Version == "v1alpha2" ? "PodGroupScheduled" : "PodGroupInitiallyScheduled", at),
            GangKinds.CompositePodGroup => Native(gang, verdict, "CompositePodGroupInitiallyScheduled", at),
            GangKinds.Volcano => Volcano(gang, verdict, at),
            GangKinds.Grove => Grove(gang, verdict, at),
            GangKinds.Kai => Kai(gang, verdict, at),
            GangKinds.Koordinator => Koordinator(gang, verdict, at),
            _ => null,
        };
    }

    /// <summary>
    /// The annotations to set beside: KAI notes there when it last started a gang that held nothing before (<c>default_status_updater.go</c>), and counts from it for how long the gang is spared. Null: none, or
    /// they say that already.
    /// </summary>
    public static JsonObject? AnnotationsAfter(StatedGang gang, GangVerdict verdict, DateTimeOffset now)
    {
        if (gang.Gang.Key.Kind != GangKinds.Kai || verdict.Kind != GangVerdictKind.Scheduled || (verdict.Started is null && gang.LastStart.Length > 0))
        {
            return null;
        }

        string started = ApiTime.Seconds(verdict.Started ?? now);
        return gang.LastStart == started ? null : new JsonObject { [ManifestKeys.KaiLastStart] = started };
    }

    private static JsonObject? Native(StatedGang gang, GangVerdict verdict, string type, string at)
    {
        if (verdict.Kind == GangVerdictKind.Seen || Find(gang, type)?["status"]?.ToString() == "True")
        {
            return null;
        }

        bool isScheduled = verdict.Kind == GangVerdictKind.Scheduled;
        return WithCondition(gang, at, type, isScheduled, isScheduled ? "Scheduled" : "Unschedulable", verdict.Message) is { } conditions
            ? new JsonObject { ["conditions"] = conditions }
            : null;
    }

    private static JsonObject? Grove(StatedGang gang, GangVerdict verdict, string at)
    {
        if (verdict.Kind == GangVerdictKind.Seen)
        {
            return null;
        }

        bool isScheduled = verdict.Kind == GangVerdictKind.Scheduled;
        if (WithCondition(gang, at, "Scheduled", isScheduled, isScheduled ? "Scheduled" : "Unschedulable", verdict.Message) is not { } conditions)
        {
            return null;
        }

        JsonObject status = new() { ["conditions"] = conditions };
        if (isScheduled && gang.Status?["phase"]?.ToString() is null or "" or "Pending")
        {
            status["phase"] = "Starting";
        }

        return status;
    }

    private static JsonObject? Volcano(StatedGang gang, GangVerdict verdict, string at)
    {
        string phase = gang.Status?["phase"]?.ToString() ?? "";
        switch (verdict.Kind)
        {
            case GangVerdictKind.Seen:
                return phase is "" or "Pending" ? new JsonObject { ["phase"] = "Inqueue" } : null;
            case GangVerdictKind.Scheduled:
                JsonArray? scheduled = WithCondition(gang, at, "Scheduled", isTrue: true, "tasks in gang are ready to be scheduled", "");
                return scheduled is null && phase == "Running" ? null : With(scheduled, ("phase", "Running"));
            default:
                string message = string.Create(
                    CultureInfo.InvariantCulture, $"{verdict.Pods - verdict.Placed}/{verdict.Pods} tasks in gang unschedulable: {verdict.Message}");
                return WithCondition(gang, at, "Unschedulable", isTrue: true, "NotEnoughResources", message) is { } conditions
                    ? With(conditions, ("phase", phase is "" or "Pending" ? "Inqueue" : phase))
                    : null;
        }
    }

    private static JsonObject? Kai(StatedGang gang, GangVerdict verdict, string at)
    {
        JsonArray before = gang.Status?["schedulingConditions"] as JsonArray ?? [];
        if (verdict.Kind == GangVerdictKind.Scheduled)
        {
            return before.Count == 0 ? null : new JsonObject { ["schedulingConditions"] = null };
        }

        JsonNode? last = before.MaxBy(Transition);
        bool isSaid = last == before.LastOrDefault() && last?["nodePool"]?.ToString() == gang.NodePool && last["message"]?.ToString() == verdict.Message
            && last["status"]?.ToString() == "True";
        if (verdict.Kind == GangVerdictKind.Seen || verdict.Placed > 0 || isSaid)
        {
            return null;
        }

        JsonArray conditions = [.. before.Where(c => c?["nodePool"]?.ToString() != gang.NodePool).Select(c => c?.DeepClone())];
        conditions.Add(new JsonObject
        {
            ["type"] = "UnschedulableOnNodePool",
            ["nodePool"] = gang.NodePool,
            ["status"] = "True",
            ["reason"] = "Unschedulable",
            ["message"] = verdict.Message,
            ["reasons"] = new JsonArray(new JsonObject { ["reason"] = "Unschedulable", ["message"] = verdict.Message }),
            ["transitionID"] = (Transition(last) + 1).ToString(CultureInfo.InvariantCulture),
            ["lastTransitionTime"] = at,
        });
        return new JsonObject { ["schedulingConditions"] = conditions };
    }

    private static int Transition(JsonNode? condition) =>
        int.TryParse(condition?["transitionID"]?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private static JsonObject? Koordinator(StatedGang gang, GangVerdict verdict, string at)
    {
        string phase = gang.Status?["phase"]?.ToString() ?? "";
        if (verdict.Kind == GangVerdictKind.Seen)
        {
            return phase.Length == 0 ? new JsonObject { ["phase"] = "Pending" } : null;
        }

        bool isScheduled = verdict.Kind == GangVerdictKind.Scheduled;
        string next = phase is "Finished" or "Failed" || (isScheduled && phase == "Running") ? phase : isScheduled ? "Scheduled" : "Scheduling";
        if (phase == next && (gang.Status?["scheduled"]?.ToString() ?? "0") == verdict.Placed.ToString(CultureInfo.InvariantCulture))
        {
            return null;
        }

        JsonObject status = new() { ["phase"] = next, ["scheduled"] = verdict.Placed };
        if (!isScheduled && gang.Status?["scheduleStartTime"] is null)
        {
            status["scheduleStartTime"] = at;
        }

        return status;
    }

    private static JsonObject With(JsonArray? conditions, (string Key, string Value) field)
    {
        JsonObject status = new() { [field.Key] = field.Value };
        if (conditions is not null)
        {
            status["conditions"] = conditions;
        }

        return status;
    }

    private static JsonNode? Find(StatedGang gang, string type) => Conditions(gang).FirstOrDefault(c => c?["type"]?.ToString() == type);

    private static JsonArray Conditions(StatedGang gang) => gang.Status?["conditions"] as JsonArray ?? [];

    /// <summary>All conditions with this one as given; null where it is so already.</summary>
    private static JsonArray? WithCondition(StatedGang gang, string at, string type, bool isTrue, string reason, string message)
    {
        JsonNode? before = Find(gang, type);
        string status = isTrue ? "True" : "False";
        bool isSameStatus = before?["status"]?.ToString() == status;
        if (isSameStatus && before?["reason"]?.ToString() == reason && (before?["message"]?.ToString() ?? "") == message)
        {
            return null;
        }

        JsonArray conditions = [.. Conditions(gang).Where(c => c != before).Select(c => c?.DeepClone())];
        conditions.Add(new JsonObject
        {
            ["type"] = type,
            ["status"] = status,
            ["reason"] = reason,
            ["message"] = message,
            ["lastTransitionTime"] = isSameStatus && before?["lastTransitionTime"]?.ToString() is { Length: > 0 } since ? since : at,
        });
        return conditions;
    }
}
