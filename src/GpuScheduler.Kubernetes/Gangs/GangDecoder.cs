using System.Text.Json.Nodes;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Decodes objects that state gangs. There are few of them, and most are custom resources, so JSON it is.</summary>
/// <param name="api">The resource.</param>
/// <param name="version">The version that the server has.</param>
internal sealed class GangDecoder(GangApi api, string version) : IObjectDecoder<StatedGang>
{
    private readonly string _apiVersion = $"{api.Group}/{version}";

    public string Resource => api.Resource;

    public string ApiPath => $"/apis/{_apiVersion}/{api.Plural}";

    public bool HasProtobuf => false;

    public StatedGang DecodeProtobuf(ReadOnlySpan<byte> message) => throw new NotSupportedException("gangs are asked for in JSON");

    public StatedGang DecodeJson(ReadOnlySpan<byte> utf8)
    {
        MapNode document = JsonObjects.Parse(Resource, utf8);
        GangObject gang = ApiObjectReader.ReadGang(document, _apiVersion, api.Kind) ?? throw new ObjectDecodeException($"{Resource}: an object without a name");
        JsonNode? json = JsonNode.Parse(utf8);
        StatedGang stated = new(gang, api, version, JsonObjects.Text(document, "metadata", "resourceVersion"), json?["status"] as JsonObject)
        {
            LastStart = json?["metadata"]?["annotations"]?[ManifestKeys.KaiLastStart]?.ToString() ?? "",
        };
        return json?["metadata"]?["labels"]?["kai.scheduler/node-pool"]?.ToString() is { Length: > 0 } pool ? stated with { NodePool = pool } : stated;
    }

    public ObjectKey KeyOf(StatedGang value) => new(value.Gang.Key.Namespace, value.Gang.Key.Name);

    public string ResourceVersionOf(StatedGang value) => value.ResourceVersion;

    public string UidOf(StatedGang value) => value.Gang.Uid;
}
