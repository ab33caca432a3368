namespace GpuScheduler.Kubernetes;

/// <summary>Makes objects of one resource from what the API server sends. One thread at a time: it may keep scratch memory.</summary>
public interface IObjectDecoder<T>
{
    /// <summary>Plural name, such as <c>pods</c>.</summary>
    string Resource { get; }

    /// <summary>Path of the whole collection, such as <c>/api/v1/pods</c>.</summary>
    string ApiPath { get; }

    /// <summary>True where the server can send protobuf: built-in kinds.</summary>
    bool HasProtobuf { get; }

    /// <summary>Decodes a bare message (without the <c>Unknown</c> envelope).</summary>
    T DecodeProtobuf(ReadOnlySpan<byte> message);

    /// <summary>Decodes a JSON object.</summary>
    T DecodeJson(ReadOnlySpan<byte> utf8);

    ObjectKey KeyOf(T value);

    string ResourceVersionOf(T value);

    string UidOf(T value);
}
