using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

internal sealed class PriorityClassStrategy : ResourceStrategy
{
    private const long HighestUserPriority = 1_000_000_000;

    public override void PrepareForCreate(JsonObject document, ObjectStore store)
    {
        document.SetDefault("preemptionPolicy", "PreemptLowerPriority");
        if (document.Get("value") is null) document["value"] = 0;
    }

    public override void Validate(JsonObject document, List<FieldError> errors)
    {
        string name = document.Text("metadata", "name");
        if (name.StartsWith("system-", StringComparison.Ordinal))
        {
            if (name is not ("system-node-critical" or "system-cluster-critical"))
                errors.Add(FieldError.Forbidden("metadata.name", "priority class names with 'system-' prefix are reserved for system use only"));
        }
        else if (document.Get("value").Number() is > HighestUserPriority)
        {
            errors.Add(FieldError.Forbidden("value", $"maximum allowed value of a user defined priority is {HighestUserPriority}"));
        }
    }

    public override void ValidateUpdate(JsonObject document, JsonObject old, List<FieldError> errors)
    {
        if (!JsonNode.DeepEquals(document["value"], old["value"])) errors.Add(FieldError.Forbidden("value", "may not be changed in an update."));
        if (document.Text("preemptionPolicy") != old.Text("preemptionPolicy")) errors.Add(FieldError.Invalid("preemptionPolicy", $"\"{document.Text("preemptionPolicy")}\"", "field is immutable"));
    }
}
