using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>RFC 7386: objects are merged, null removes, all else replaces.</summary>
internal sealed class MergePatch(JsonObject patch) : Patch
{
    public override JsonObject Apply(JsonObject document, DateTimeOffset now)
    {
        Merge(document, patch);
        return document;
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach ((string key, JsonNode? value) in patch)
        {
            if (value is null)
            {
                target.Remove(key);
            }
            else if (value is JsonObject inner)
            {
                if (target.Get(key) is not JsonObject owned) target[key] = owned = [];
                Merge(owned, inner);
            }
            else
            {
                target[key] = value.DeepClone();
            }
        }
    }
}
