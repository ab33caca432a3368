using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Decodes objects that state levels and domains.</summary>
/// <param name="api">The resource.</param>
/// <param name="version">The version that the server has.</param>
internal sealed class TopologyDecoder(GangApi api, string version) : IObjectDecoder<StatedTopology>
{
    private readonly string _apiVersion = $"{api.Group}/{version}";

    public string Resource => api.Resource;

    public string ApiPath => $"/apis/{_apiVersion}/{api.Plural}";

    public bool HasProtobuf => false;

    public StatedTopology DecodeProtobuf(ReadOnlySpan<byte> message) => throw new NotSupportedException("topologies are asked for in JSON");

    public StatedTopology DecodeJson(ReadOnlySpan<byte> utf8)
    {
        MapNode document = JsonObjects.Parse(Resource, utf8);
        string name = JsonObjects.Text(document, "metadata", "name");
        return name.Length == 0
            ? throw new ObjectDecodeException($"{Resource}: an object without a name")
            : new StatedTopology(
                Resource, name, JsonObjects.Text(document, "metadata", "uid"), JsonObjects.Text(document, "metadata", "resourceVersion"),
                ApiObjectReader.ReadTopology(document, _apiVersion, api.Kind));
    }

    public ObjectKey KeyOf(StatedTopology value) => new("", value.Name);

    public string ResourceVersionOf(StatedTopology value) => value.ResourceVersion;

    public string UidOf(StatedTopology value) => value.Uid;
}
