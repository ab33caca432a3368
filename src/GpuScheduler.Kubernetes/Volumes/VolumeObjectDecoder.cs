using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Decodes volumes, claims and classes; fields that nobody reads are skipped in either form.</summary>
internal sealed class VolumeObjectDecoder<T> : IObjectDecoder<T>
    where T : class, IVolumeObject
{
    private readonly MessageShape _shape;
    private readonly Func<MapNode, T?> _read;
    private readonly ProtobufObjects _objects;
    private readonly JsonMessages _json = new();

    /// <param name="plural">Name of the resource.</param>
    /// <param name="root">Path of its group and version.</param>
    /// <param name="shape">Its message.</param>
    /// <param name="read">Reads one; null where it has no name.</param>
    public VolumeObjectDecoder(string plural, string root, MessageShape shape, Func<MapNode, T?> read)
    {
        Resource = plural;
        ApiPath = $"{root}/{plural}";
        _shape = shape;
        _read = read;
        _objects = new ProtobufObjects(plural, shape, new Utf8Strings());
    }

    public string Resource { get; }

    public string ApiPath { get; }

    public bool HasProtobuf => true;

    public T DecodeProtobuf(ReadOnlySpan<byte> message) => Read(_objects.Read(message));

    public T DecodeJson(ReadOnlySpan<byte> utf8) => Read(_json.TryWrite(utf8, _shape, out ReadOnlySpan<byte> message) ? _objects.Read(message) : JsonObjects.Parse(Resource, utf8));

    public ObjectKey KeyOf(T value) => new(value.Namespace, value.Name);

    public string ResourceVersionOf(T value) => value.ResourceVersion;

    public string UidOf(T value) => value.Uid;

    private T Read(MapNode document) => _read(document) ?? throw new ObjectDecodeException($"{Resource}: an object without a name");
}
