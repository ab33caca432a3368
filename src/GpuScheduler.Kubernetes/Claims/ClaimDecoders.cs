using System.Text.Json.Nodes;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Decoders of the objects of <c>resource.k8s.io</c>.</summary>
internal static class ClaimDecoders
{
    public static ClaimObjectDecoder<ResourceClaim> Claims(string version) => new("resourceclaims", version, (document, _) => ApiObjectReader.ReadClaim(document));

    public static ClaimObjectDecoder<ResourceSlice> Slices(string version) => new("resourceslices", version, (document, _) => ApiObjectReader.ReadSlice(document));

    public static ClaimObjectDecoder<DeviceClass> Classes(string version) => new("deviceclasses", version, (document, utf8) =>
        ApiObjectReader.ReadDeviceClass(document) is { } read
            ? read with { Configurations = JsonNode.Parse(utf8)?["spec"]?["config"] is JsonArray all ? [.. all.OfType<JsonObject>().Select(c => c.ToJsonString())] : [] }
            : null);
}
