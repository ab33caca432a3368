using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>The quality of service class, of cpu and memory alone.</summary>
internal static class PodQuality
{
    public static string Of(JsonObject spec)
    {
        bool any = false, guaranteed = true;
        foreach (JsonObject container in spec.Get("containers").Items().Concat(spec.Get("initContainers").Items()))
        {
            JsonNode? requests = container.At("resources", "requests"), limits = container.At("resources", "limits");
            foreach (string resource in (ReadOnlySpan<string>)["cpu", "memory"])
            {
                string request = requests.Text(resource), limit = limits.Text(resource);
                any |= IsSet(request) || IsSet(limit);
                guaranteed &= IsSet(limit) && (request.Length == 0 || request == limit);
            }
        }

        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static bool IsSet(string quantity) => quantity.Length > 0 && quantity != "0";
}
