using System.Text.Json.Nodes;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Writes what a claim is allocated (<c>resource.k8s.io</c>, AllocationResult), as kube-scheduler does.</summary>
internal static class ClaimAllocationBody
{
    /// <param name="request">The pod that is bound, and its node.</param>
    /// <param name="claim">The devices.</param>
    /// <param name="read">The claim as the API server has it.</param>
    public static JsonObject Of(BindRequest request, ClaimBinding claim, JsonObject read)
    {
        JsonNode? asked = read["spec"]?["devices"];
        JsonArray results = [.. claim.Devices.Select(d => Result(d, asked))];
        JsonArray configurations =
        [
            .. claim.Configurations.Select(c => Configuration(c.Configuration, "FromClass", new JsonArray(c.Request))),
            .. ((asked?["config"] as JsonArray) ?? []).OfType<JsonObject>().Select(c => Configuration(c.ToJsonString(), "FromClaim", c["requests"]?.DeepClone())),
        ];
        JsonObject devices = new() { ["results"] = results };
        if (configurations.Count > 0)
        {
            devices["config"] = configurations;
        }

        JsonObject node = new() { ["key"] = "metadata.name", ["operator"] = "In", ["values"] = new JsonArray(request.Node) };
        return new JsonObject
        {
            ["devices"] = devices,
            ["nodeSelector"] = new JsonObject { ["nodeSelectorTerms"] = new JsonArray(new JsonObject { ["matchFields"] = new JsonArray(node) }) },
        };
    }

    private static JsonObject Result(AllocatedDevice device, JsonNode? asked)
    {
        JsonObject result = new()
        {
            ["request"] = device.Request,
            ["driver"] = device.Id.Driver,
            ["pool"] = device.Id.Pool,
            ["device"] = device.Id.Device,
        };

        // Taints that the request tolerates later evict nobody.
        JsonNode? request = ((asked?["requests"] as JsonArray) ?? []).FirstOrDefault(r => (string?)r?["name"] == device.Request);
        if (request?["exactly"]?["tolerations"] is JsonArray tolerations)
        {
            result["tolerations"] = tolerations.DeepClone();
        }

        return result;
    }

    private static JsonObject Configuration(string configuration, string source, JsonNode? requests)
    {
        JsonObject copy = JsonNode.Parse(configuration)!.AsObject();
        copy["source"] = source;
        copy.Remove("requests");
        if (requests is not null)
        {
            copy["requests"] = requests;
        }

        return copy;
    }
}
