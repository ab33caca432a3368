using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Decodes objects of <c>resource.k8s.io</c>, in JSON: nobody has many of them but claims, and of those few are watched often.</summary>
/// <param name="plural">Name of the resource.</param>
/// <param name="version">The version that the server has.</param>
/// <param name="read">Reads one.</param>
internal sealed class ClaimObjectDecoder<T>(string plural, string version, ClaimObjectDecoder<T>.Reader read) : IObjectDecoder<T>
    where T : class, IClaimObject
{
    /// <summary>Reads an object; null where it has no name.</summary>
    /// <param name="document">The object.</param>
    /// <param name="utf8">The same as it came.</param>
    public delegate T? Reader(MapNode document, ReadOnlySpan<byte> utf8);

    public string Resource => plural;

    public string ApiPath => $"/apis/{ClaimApi.Group}/{version}/{plural}";

    public bool HasProtobuf => false;

    public T DecodeProtobuf(ReadOnlySpan<byte> message) => throw new NotSupportedException("claims are asked for in JSON");

    public T DecodeJson(ReadOnlySpan<byte> utf8) =>
        read(JsonObjects.Parse(Resource, utf8), utf8) ?? throw new ObjectDecodeException($"{Resource}: an object without a name");

    public ObjectKey KeyOf(T value) => new(value.Namespace, value.Name);

    public string ResourceVersionOf(T value) => value.ResourceVersion;

    public string UidOf(T value) => value.Uid;
}
