using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>A pod's spec is immutable but for a few fields (ValidatePodUpdate).</summary>
internal static class PodUpdateValidation
{
    private const string Allowed = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    public static void Check(JsonObject document, JsonObject old, List<FieldError> errors)
    {
        JsonObject spec = document.Child("spec").DeepClone().AsObject(), before = old.Child("spec");
        bool gated = before.Get("schedulingGates") is JsonArray { Count: > 0 };
        CheckGates(spec, before, errors);
        CheckTolerations(spec, before, errors);
        Take("activeDeadlineSeconds", spec, before);
        Take("tolerations", spec, before);
        Take("schedulingGates", spec, before);
        // A gated pod's placement may still be narrowed.
        if (gated)
        {
            Take("nodeSelector", spec, before);
            Take("affinity", spec, before);
        }

        TakeImages("containers", spec, before);
        TakeImages("initContainers", spec, before);
        if (!JsonNode.DeepEquals(spec, before)) errors.Add(FieldError.Forbidden("spec", Allowed + Changed(spec, before)));
    }

    private static string Changed(JsonObject spec, JsonObject before)
        => "\nchanged: " + string.Join(", ", spec.Select(field => field.Key).Union(before.Select(field => field.Key)).Where(key => !JsonNode.DeepEquals(spec[key], before[key])).Select(key => "spec." + key));

    private static void CheckGates(JsonObject spec, JsonObject before, List<FieldError> errors)
    {
        HashSet<string> known = [.. before.Get("schedulingGates").Items().Select(gate => gate.Text("name"))];
        int index = 0;
        foreach (JsonObject gate in spec.Get("schedulingGates").Items())
        {
            if (!known.Contains(gate.Text("name"))) errors.Add(FieldError.Forbidden($"spec.schedulingGates[{index}].name", "only deletion is allowed, but found new scheduling gate '" + gate.Text("name") + "'"));
            index++;
        }
    }

    private static void CheckTolerations(JsonObject spec, JsonObject before, List<FieldError> errors)
    {
        JsonObject[] kept = [.. spec.Get("tolerations").Items()];
        if (before.Get("tolerations").Items().All(toleration => kept.Any(other => Same(toleration, other)))) return;
        errors.Add(FieldError.Forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"));
    }

    private static bool Same(JsonObject left, JsonObject right)
        => left.Text("key") == right.Text("key") && left.Text("operator") == right.Text("operator") && left.Text("value") == right.Text("value") && left.Text("effect") == right.Text("effect");

    private static void Take(string key, JsonObject spec, JsonObject before)
    {
        if (before.Get(key) is { } value) spec[key] = value.DeepClone();
        else spec.Remove(key);
    }

    private static void TakeImages(string key, JsonObject spec, JsonObject before)
    {
        foreach ((JsonObject container, JsonObject known) in spec.Get(key).Items().Zip(before.Get(key).Items()))
        {
            Take("image", container, known);
            Take("imagePullPolicy", container, known);
        }
    }
}
