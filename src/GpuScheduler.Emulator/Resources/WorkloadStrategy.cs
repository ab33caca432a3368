using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Deployments, ReplicaSets and their like: stored and defaulted; nothing makes pods of them.</summary>
internal sealed class WorkloadStrategy : ResourceStrategy
{
    public override void PrepareForCreate(JsonObject document, ObjectStore store)
    {
        string kind = document.Text("kind");
        JsonObject spec = document.Child("spec");
        if (kind is "Deployment" or "ReplicaSet" or "StatefulSet" && spec.Get("replicas") is null) spec["replicas"] = 1;
        if (spec.Get("template") is JsonObject template && kind != "Job") PodDefaults.Apply(template.Child("spec"));
    }

    public override void Validate(JsonObject document, List<FieldError> errors)
    {
        if (document.At("spec", "template") is not JsonObject) errors.Add(FieldError.Required("spec.template"));
        if (document.Text("kind") == "Job") return;
        if (document.At("spec", "selector") is not JsonObject selector)
        {
            errors.Add(FieldError.Required("spec.selector"));
            return;
        }

        JsonNode? labels = document.At("spec", "template").At("metadata", "labels");
        if (selector.Get("matchLabels") is JsonObject wanted && wanted.Any(label => labels.Text(label.Key) != label.Value.AsText()))
            errors.Add(FieldError.Invalid("spec.template.metadata.labels", labels?.ToJsonString() ?? "null", "`selector` does not match template `labels`"));
    }

    public override void ValidateUpdate(JsonObject document, JsonObject old, List<FieldError> errors)
    {
        if (!JsonNode.DeepEquals(document.At("spec", "selector"), old.At("spec", "selector")))
            errors.Add(FieldError.Invalid("spec.selector", document.At("spec", "selector")?.ToJsonString() ?? "null", "field is immutable"));
    }
}
