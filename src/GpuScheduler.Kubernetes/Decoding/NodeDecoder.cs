using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Decodes nodes.</summary>
public sealed class NodeDecoder : IObjectDecoder<NodeObject>
{
    public string Resource => "nodes";

    public string ApiPath => "/api/v1/nodes";

    public bool HasProtobuf => false;

    public NodeObject DecodeProtobuf(ReadOnlySpan<byte> message) => throw new NotSupportedException("nodes are read as JSON");

    public NodeObject DecodeJson(ReadOnlySpan<byte> utf8)
    {
        MapNode document = JsonObjects.Parse(Resource, utf8);
        Node node = ApiObjectReader.ReadNode(document, out ImmutableArray<string> problems)
            ?? throw new ObjectDecodeException($"nodes: an object without a name: {string.Join("; ", problems)}");
        return new NodeObject { Node = node, ResourceVersion = JsonObjects.Text(document, "metadata", "resourceVersion"), Problems = problems };
    }

    public ObjectKey KeyOf(NodeObject value) => new("", value.Node.Name);

    public string ResourceVersionOf(NodeObject value) => value.ResourceVersion;

    public string UidOf(NodeObject value) => value.Node.Uid;
}
