using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Decodes nodes.</summary>
public sealed class NodeDecoder : IObjectDecoder<NodeObject>
{
    private readonly ProtobufObjects _objects;
    private readonly ShapeCatalog _shapes;

    /// <param name="shapes">Device shapes that nodes may name.</param>
    public NodeDecoder(ShapeCatalog shapes)
    {
        _objects = new ProtobufObjects(Resource, ApiMessages.Node, new Utf8Strings());
        _shapes = shapes;
    }

    public string Resource => "nodes";

    public string ApiPath => "/api/v1/nodes";

    public bool HasProtobuf => true;

    public NodeObject DecodeProtobuf(ReadOnlySpan<byte> message) => FromDocument(_objects.Read(message));

    public NodeObject DecodeJson(ReadOnlySpan<byte> utf8) => FromDocument(JsonObjects.Parse(Resource, utf8));

    public ObjectKey KeyOf(NodeObject value) => new("", value.Node.Name);

    public string ResourceVersionOf(NodeObject value) => value.ResourceVersion;

    public string UidOf(NodeObject value) => value.Node.Uid;

    private NodeObject FromDocument(MapNode document)
    {
        Node node = ApiObjectReader.ReadNode(document, _shapes, out ImmutableArray<string> problems)
            ?? throw new ObjectDecodeException($"nodes: an object without a name: {string.Join("; ", problems)}");
        return new NodeObject
        {
            Node = node,
            ResourceVersion = JsonObjects.Text(document, "metadata", "resourceVersion"),
            Problems = problems,
        };
    }
}
