using System.Globalization;
using System.Text.Json.Nodes;

namespace GpuScheduler.Kubernetes.Tests;

internal sealed class ThingDecoder(bool hasProtobuf) : IObjectDecoder<Thing>
{
    public string Resource => "things";

    public string ApiPath => "/apis/test/v1/things";

    public bool HasProtobuf => hasProtobuf;

    public Thing DecodeProtobuf(ReadOnlySpan<byte> message)
    {
        ObjectMeta meta = ProtobufReading.Meta(message);
        int value = 0;
        for (ProtobufWalker fields = new(message); fields.MoveNext();)
        {
            value = fields.Field == 2 ? (int)fields.Number : value;
        }

        return Checked(new Thing(meta.Key.Name, meta.Uid, int.Parse(meta.ResourceVersion, CultureInfo.InvariantCulture), value));
    }

    public Thing DecodeJson(ReadOnlySpan<byte> utf8)
    {
        JsonNode thing = JsonNode.Parse(utf8)!;
        JsonNode meta = thing["metadata"]!;
        return Checked(new Thing(
            (string)meta["name"]!,
            (string)meta["uid"]!,
            int.Parse((string)meta["resourceVersion"]!, CultureInfo.InvariantCulture),
            (int)thing["value"]!));
    }

    public ObjectKey KeyOf(Thing value) => value.Key;

    public string ResourceVersionOf(Thing value) => value.Version.ToString(CultureInfo.InvariantCulture);

    public string UidOf(Thing value) => value.Uid;

    private static Thing Checked(Thing thing) => thing.Value >= 0 ? thing : throw new FormatException("value: negative");
}
