using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>
/// ResourceClaims: what is asked never changes; what is allocated is taken away before it can be another, and is reserved only while it is there
/// (<c>pkg/apis/resource/validation</c>).
/// </summary>
internal sealed class ResourceClaimStrategy : ResourceStrategy
{
    private const int MaxReserved = 256;

    public override void ValidateUpdate(JsonObject document, JsonObject old, List<FieldError> errors)
    {
        if (!JsonNode.DeepEquals(document["spec"], old["spec"])) errors.Add(FieldError.Invalid("spec", "{...}", "field is immutable"));
    }

    public override void ValidateStatusUpdate(JsonObject document, JsonObject old, List<FieldError> errors)
    {
        JsonNode? before = old.At("status", "allocation"), now = document.At("status", "allocation");
        if (before is not null && now is not null && !JsonNode.DeepEquals(before, now)) errors.Add(FieldError.Invalid("status.allocation", "{...}", "field is immutable"));
        string[] users = [.. (document.At("status", "reservedFor") as JsonArray ?? []).Select(r => (r as JsonObject)?.Text("uid") ?? "")];
        if (users.Length > 0 && now is null) errors.Add(FieldError.Forbidden("status.reservedFor", "may not be specified when `allocated` is not set"));
        if (users.Length > MaxReserved) errors.Add(FieldError.Invalid("status.reservedFor", $"{users.Length}", $"must have at most {MaxReserved} items"));
        for (int i = 0; i < users.Length; i++)
        {
            if (users.AsSpan(0, i).Contains(users[i])) errors.Add(FieldError.Duplicate($"status.reservedFor[{i}].uid", users[i]));
        }
    }
}
