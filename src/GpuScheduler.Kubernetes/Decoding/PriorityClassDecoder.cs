using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes;

/// <summary>Decodes PriorityClasses.</summary>
public sealed class PriorityClassDecoder : IObjectDecoder<PriorityClass>
{
    private readonly ProtobufObjects _objects;

    public PriorityClassDecoder() => _objects = new ProtobufObjects(Resource, ApiMessages.PriorityClass, new Utf8Strings());

    public string Resource => "priorityclasses";

    public string ApiPath => "/apis/scheduling.k8s.io/v1/priorityclasses";

    public bool HasProtobuf => true;

    public PriorityClass DecodeProtobuf(ReadOnlySpan<byte> message) => FromDocument(_objects.Read(message));

    public PriorityClass DecodeJson(ReadOnlySpan<byte> utf8) => FromDocument(JsonObjects.Parse(Resource, utf8));

    public ObjectKey KeyOf(PriorityClass value) => new("", value.Name);

    public string ResourceVersionOf(PriorityClass value) => value.ResourceVersion;

    public string UidOf(PriorityClass value) => value.Uid;

    private PriorityClass FromDocument(MapNode document)
    {
        ConfigurationErrors errors = [];
        MapReader reader = new(document, errors);
        string name = JsonObjects.Text(document, "metadata", "name");
        PriorityClass read = new()
        {
            Name = name,
            Uid = JsonObjects.Text(document, "metadata", "uid"),
            ResourceVersion = JsonObjects.Text(document, "metadata", "resourceVersion"),
            Value = reader.Int("value", int.MinValue, int.MaxValue, 0),
            PreemptionPolicy = reader.Enum("preemptionPolicy", PreemptionPolicy.PreemptLowerPriority),
            IsGlobalDefault = reader.Bool("globalDefault", false),
        };
        return name.Length > 0 && errors.Count == 0 ? read : throw new ObjectDecodeException($"{Resource}: {name}: {(errors.Count > 0 ? errors[0].ToString() : "no name")}");
    }
}
