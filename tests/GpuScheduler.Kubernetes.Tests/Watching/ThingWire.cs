using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Writes what an API server sends of things, in either form.</summary>
internal sealed class ThingWire(bool isProtobuf)
{
    public bool IsProtobuf => isProtobuf;

    public string ListType => isProtobuf ? "application/vnd.kubernetes.protobuf" : "application/json";

    public string WatchType => isProtobuf ? "application/vnd.kubernetes.protobuf;stream=watch" : "application/json";

    public byte[] List(IEnumerable<Thing> things, int version, string next = "")
    {
        string text = version.ToString(CultureInfo.InvariantCulture);
        return isProtobuf
            ? Envelope([.. Field(1, [.. Field(2, text), .. Field(3, next)]), .. things.SelectMany(t => Field(2, Message(t)))])
            : Bytes(new JsonObject
            {
                ["kind"] = "ThingList",
                ["items"] = new JsonArray([.. things.Select(Json)]),
                ["metadata"] = new JsonObject { ["resourceVersion"] = text, ["continue"] = next },
            });
    }

    public byte[] Event(string type, Thing thing) => isProtobuf ? Frame(type, Message(thing)) : Line(type, Json(thing));

    public byte[] Bookmark(int version, bool endsList = false)
    {
        string text = version.ToString(CultureInfo.InvariantCulture);
        if (isProtobuf)
        {
            byte[] end = endsList ? Field(12, [.. Field(1, "k8s.io/initial-events-end"), .. Field(2, "true")]) : [];
            return Frame("BOOKMARK", Field(1, [.. Field(6, text), .. end]));
        }

        JsonObject meta = new() { ["resourceVersion"] = text };
        if (endsList)
        {
            meta["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        return Line("BOOKMARK", new JsonObject { ["metadata"] = meta });
    }

    public byte[] Error(int code, string message) => isProtobuf
        ? Frame("ERROR", StatusMessage(code, message))
        : Line("ERROR", StatusJson(code, message));

    public byte[] Status(int code, string message) => isProtobuf ? Envelope(StatusMessage(code, message)) : Bytes(StatusJson(code, message));

    /// <summary>Of the right length, but no event.</summary>
    public byte[] Garbage() => isProtobuf ? [0, 0, 0, 3, 0xff, 0xff, 0xff] : Encoding.UTF8.GetBytes("{\"type\":\"ADDED\",\"obj\n");

    private static JsonObject Json(Thing thing) => new()
    {
        ["value"] = thing.Value,
        ["metadata"] = new JsonObject
        {
            ["name"] = thing.Name,
            ["namespace"] = "ns",
            ["uid"] = thing.Uid,
            ["resourceVersion"] = thing.Version.ToString(CultureInfo.InvariantCulture),
        },
    };

    private static JsonObject StatusJson(int code, string message) => new() { ["kind"] = "Status", ["message"] = message, ["code"] = code };

    private static byte[] Line(string type, JsonObject value) => [.. Bytes(new JsonObject { ["type"] = type, ["object"] = value }), (byte)'\n'];

    private static byte[] Bytes(JsonObject value) => Encoding.UTF8.GetBytes(value.ToJsonString());

    private static byte[] Message(Thing thing)
    {
        string version = thing.Version.ToString(CultureInfo.InvariantCulture);
        byte[] meta = [.. Field(1, thing.Name), .. Field(3, "ns"), .. Field(5, thing.Uid), .. Field(6, version)];
        return [.. Field(1, meta), 2 << 3, .. Varint((ulong)(long)thing.Value)];
    }

    private static byte[] StatusMessage(int code, string message) => [.. Field(3, message), 6 << 3, .. Varint((ulong)code)];

    private static byte[] Frame(string type, byte[] message)
    {
        byte[] frame = [.. Field(1, type), .. Field(2, Field(1, Envelope(message)))];
        byte[] length = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)frame.Length);
        return [.. length, .. frame];
    }

    private static byte[] Envelope(byte[] message) => [.. "k8s\0"u8, .. Field(1, Field(2, "Thing")), .. Field(2, message)];

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] content) => [.. Varint((ulong)((number << 3) | 2)), .. Varint((ulong)content.Length), .. content];

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
