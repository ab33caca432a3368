using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace GpuScheduler.Live.Tests;

/// <summary>A node of a DRA driver, and what claim controller and driver do for its pods.</summary>
internal sealed class DraObjects(LiveCluster cluster)
{
    public const string Driver = "gpu.nvidia.com";

    private const string Api = "apis/resource.k8s.io/v1";

    /// <summary>The class of whole GPUs, of this test alone.</summary>
    public string Class => $"{cluster.Name}-gpu";

    /// <summary>True where the server has claims.</summary>
    public async Task<bool> IsServedAsync() => (await cluster.TextAsync("apis")).Contains("\"resource.k8s.io/v1\"", StringComparison.Ordinal);

    public async Task AddClassAsync() => await PostAsync("deviceclasses", $$$$$"""
        {"metadata":{"name":"{{{{{Class}}}}}"},"spec":{
          "selectors":[{"cel":{"expression":"device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'gpu'"}}],
          "config":[{"opaque":{"driver":"gpu.nvidia.com","parameters":{"kind":"GpuConfig"}}}]}}
        """);

    /// <summary>A node without a device plugin, and the slice that its driver publishes.</summary>
    public async Task AddNodeAsync(string name, int gpus, string product = "NVIDIA A100-SXM4-80GB")
    {
        await cluster.AddNodeAsync(name, 0, regime: "dra");
        string node = $"{cluster.Name}-{name}";
        JsonArray devices = [.. Enumerable.Range(0, gpus).Select(i => JsonNode.Parse($$$$$"""
            {"name":"gpu-{{{{{i.ToString(CultureInfo.InvariantCulture)}}}}}",
             "attributes":{"type":{"string":"gpu"},"productName":{"string":"{{{{{product}}}}}"},"uuid":{"string":"GPU-{{{{{i}}}}}"},"resource.kubernetes.io/pcieRoot":{"string":"pci0000:0{{{{{i}}}}}"}},
             "capacity":{"memory":{"value":"80Gi"}}}
            """))];
        await PostAsync("resourceslices", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"{node}-slice" },
            ["spec"] = new JsonObject
            {
                ["driver"] = Driver,
                ["nodeName"] = node,
                ["pool"] = new JsonObject { ["name"] = node, ["generation"] = 1, ["resourceSliceCount"] = 1 },
                ["devices"] = devices,
            },
        }.ToJsonString());
    }

    public async Task AddClaimAsync(string name, int count, string selector = "") => await PostAsync($"namespaces/{cluster.Name}/resourceclaims", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["devices"] = new JsonObject
            {
                ["requests"] = new JsonArray(new JsonObject
                {
                    ["name"] = "gpus",
                    ["exactly"] = new JsonObject
                    {
                        ["deviceClassName"] = Class,
                        ["count"] = count,
                        ["selectors"] = selector.Length == 0 ? [] : new JsonArray(new JsonObject { ["cel"] = new JsonObject { ["expression"] = selector } }),
                    },
                }),
            },
        },
    }.ToJsonString());

    /// <summary>A pod that names this claim; of a template where it does not name one.</summary>
    public Task<JsonObject> AddPodAsync(string name, string claim, string template = "")
    {
        JsonObject pod = cluster.Pod(name);
        JsonObject entry = new() { ["name"] = "gpu" };
        entry[claim.Length > 0 ? "resourceClaimName" : "resourceClaimTemplateName"] = claim.Length > 0 ? claim : template;
        pod["spec"]!["resourceClaims"] = new JsonArray(entry);
        return cluster.AddPodAsync(pod);
    }

    public async Task<JsonObject> ClaimAsync(string name)
    {
        (HttpStatusCode code, JsonObject claim) = await cluster.SendAsync(HttpMethod.Get, PathOf(name));
        Assert.That(code, Is.EqualTo(HttpStatusCode.OK), claim.ToJsonString());
        return claim;
    }

    /// <summary>The devices that a claim is allocated, with the node before each: <c>a/gpu-0</c>.</summary>
    public async Task<string[]> DevicesOfAsync(string name) =>
    [
        .. ((await ClaimAsync(name))["status"]?["allocation"]?["devices"]?["results"] as JsonArray ?? [])
            .Select(r => $"{((string)r!["pool"]!)[(cluster.Name.Length + 1)..]}/{(string)r["device"]!}").Order(),
    ];

    /// <summary>What the claim controller does once no pod uses the claim any more.</summary>
    public Task DeallocateAsync(string name) => PatchStatusAsync(name, """{"status":{"allocation":null,"reservedFor":null}}""");

    /// <summary>What another scheduler does, or one that was killed before it could bind.</summary>
    public Task AllocateAsync(string name, string node, string device, string reservedFor = "[]") => PatchStatusAsync(name, $$$$$"""
        {"status":{"reservedFor":{{{{{reservedFor}}}}},"allocation":{
          "devices":{"results":[{"request":"gpus","driver":"{{{{{Driver}}}}}","pool":"{{{{{cluster.Name}}}}}-{{{{{node}}}}}","device":"{{{{{device}}}}}"}]},
          "nodeSelector":{"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":["{{{{{cluster.Name}}}}}-{{{{{node}}}}}"]}]}]}}}}
        """);

    private async Task PatchStatusAsync(string name, string patch)
    {
        (HttpStatusCode code, JsonObject body) = await cluster.SendAsync(HttpMethod.Patch, PathOf(name) + "/status", patch, "application/merge-patch+json");
        Assert.That(code, Is.EqualTo(HttpStatusCode.OK), body.ToJsonString());
    }

    private string PathOf(string claim) => $"{Api}/namespaces/{cluster.Name}/resourceclaims/{claim}";

    private async Task PostAsync(string path, string body)
    {
        (HttpStatusCode code, JsonObject answer) = await cluster.SendAsync(HttpMethod.Post, $"{Api}/{path}", body);
        Assert.That(code, Is.EqualTo(HttpStatusCode.Created), answer.ToJsonString());
    }
}
