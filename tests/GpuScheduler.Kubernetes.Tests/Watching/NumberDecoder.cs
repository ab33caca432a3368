using System.Buffers.Text;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Allocates nothing: knows all its objects, one name in many versions, beforehand. An object's JSON is <c>{"i":7}</c>.</summary>
internal sealed class NumberDecoder(int count) : IObjectDecoder<string>
{
    private readonly string[] _versions = [.. Enumerable.Range(0, count + 1).Select(i => $"{i}")];

    public string Resource => "numbers";

    public string ApiPath => "/numbers";

    public bool HasProtobuf => false;

    public string DecodeProtobuf(ReadOnlySpan<byte> message) => throw new NotSupportedException();

    public string DecodeJson(ReadOnlySpan<byte> utf8) =>
        Utf8Parser.TryParse(utf8["{\"i\":".Length..], out int i, out _) ? _versions[i] : throw new FormatException("no number");

    public ObjectKey KeyOf(string value) => new("", "one");

    public string ResourceVersionOf(string value) => value;

    public string UidOf(string value) => "uid";
}
