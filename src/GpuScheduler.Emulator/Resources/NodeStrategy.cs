using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

internal sealed class NodeStrategy : ResourceStrategy
{
    public override void PrepareForCreate(JsonObject document, ObjectStore store) => document.Child("spec");

    public override void Validate(JsonObject document, List<FieldError> errors)
    {
        int index = 0;
        foreach (JsonObject taint in document.At("spec", "taints").Items())
        {
            string field = $"spec.taints[{index++}]";
            if (taint.Text("key").Length == 0) errors.Add(FieldError.Required(field + ".key"));
            if (taint.Text("effect") is not ("NoSchedule" or "PreferNoSchedule" or "NoExecute") and var effect)
                errors.Add(FieldError.Unsupported(field + ".effect", effect, "NoSchedule", "PreferNoSchedule", "NoExecute"));
        }
    }
}
