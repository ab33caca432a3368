using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Where a list in pages goes on: in the state at <paramref name="Version"/> (0: in the newest), after the key <paramref name="After"/>.</summary>
internal readonly record struct ContinueToken(long Version, string After)
{
    public string Encode() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = Version, ["start"] = After }.ToJsonString()));

    public static ContinueToken Decode(string text)
    {
        try
        {
            JsonNode? token = JsonNode.Parse(Base64Url.DecodeFromChars(text));
            if (token.Get("rv").Number() is { } version && token.Text("start") is { Length: > 0 } after) return new ContinueToken(version, after);
        }
        catch (Exception broken) when (broken is FormatException or System.Text.Json.JsonException)
        {
            // Falls through to the one answer for every broken token.
        }

        throw ApiError.BadRequest("continue key is not valid: " + text);
    }

    public static string KeyOf(StoredObject stored) => $"{stored.Namespace}/{stored.Name}";
}
