using System.Text;

namespace GpuScheduler.Emulator.Tests;

/// <summary>Bytes worked out by hand from the field numbers of generated.proto and the way Go's generated code writes.</summary>
public sealed class ProtobufBytesTests
{
    [Test]
    public void A_status_is_written_as_the_api_server_writes_it()
    {
        string json = """{"apiVersion":"v1","kind":"Status","metadata":{},"status":"Failure","reason":"Expired","code":410}""";
        byte[] expected =
        [
            0x6B, 0x38, 0x73, 0x00, // k8s, 0
            0x0A, 0x0C, 0x0A, 0x02, .. "v1"u8, 0x12, 0x06, .. "Status"u8, // typeMeta
            0x12, 0x1F, // raw, 31 bytes
            0x0A, 0x06, 0x0A, 0x00, 0x12, 0x00, 0x1A, 0x00, // metadata: selfLink, resourceVersion, continue, all empty
            0x12, 0x07, .. "Failure"u8, // status
            0x1A, 0x00, // message
            0x22, 0x07, .. "Expired"u8, // reason
            0x30, 0x9A, 0x03, // code 410
            0x1A, 0x00, 0x22, 0x00, // contentEncoding, contentType
        ];
        Assert.That(Convert.ToHexString(ProtobufTranscoder.ToProtobuf(Encoding.UTF8.GetBytes(json))), Is.EqualTo(Convert.ToHexString(expected)));
        Assert.That(Encoding.UTF8.GetString(ProtobufTranscoder.ToJson(expected)), Is.EqualTo("""{"apiVersion":"v1","kind":"Status","status":"Failure","reason":"Expired","code":410}"""));
    }

    [TestCase("""{"type":"Ready","status":"True","lastTransitionTime":"1970-01-01T00:02:08Z"}""",
        "0A055265616479" + "120454727565" + "1A00" + "220508800110" + "00" + "2A00" + "3200", TestName = "A_time_is_seconds_and_no_nanoseconds_and_an_absent_one_is_empty")]
    public void A_node_condition_is_written_so(string condition, string expected) =>
        Assert.That(Hex($$$"""{"apiVersion":"v1","kind":"Node","status":{"conditions":[{{{condition}}}]}}"""), Does.Contain(expected));

    [Test]
    public void A_quantity_is_a_message_of_its_text_and_map_keys_are_sorted() => Assert.That(
        Hex("""{"apiVersion":"v1","kind":"Node","status":{"capacity":{"pods":110,"cpu":"8"}}}"""),
        Does.Contain("0A0A" + "0A03637075" + "12030A0138" + "0A0D" + "0A04706F6473" + "12050A03313130"));

    [Test]
    public void A_port_is_a_number_or_a_name() => Assert.Multiple(() =>
    {
        // httpGet (2) of the inline handler (1): path (1), port (2): type (1), intVal (2), strVal (3)
        Assert.That(Hex(Probe("8080")), Does.Contain("0A00" + "1207" + "0800" + "10903F" + "1A00"));
        Assert.That(Hex(Probe("\"web\"")), Does.Contain("0A00" + "1209" + "0801" + "1000" + "1A03776562"));
    });

    [Test]
    public void A_negative_number_takes_ten_bytes() => Assert.That(
        Hex("""{"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","value":-2}"""), Does.Contain("10FEFFFFFFFFFFFFFFFF01"));

    [Test]
    public void Microseconds_of_a_lease_are_kept()
    {
        string json = """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","spec":{"renewTime":"1970-01-01T00:00:01.000002Z"}}""";
        Assert.That(Hex(json), Does.Contain("2205" + "0801" + "10D00F")); // renewTime (4), 1 s, 2,000 ns
        Assert.That(Back(json), Is.EqualTo(json));
    }

    [Test]
    public void Members_that_a_kind_does_not_have_are_dropped() => Assert.That(
        Back("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a","colour":"red"},"flavour":{"x":[1]}}"""),
        Is.EqualTo("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}"""));

    [TestCase("""{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"a":1}}}""", "metadata.labels[a]: a string is needed, not 1")]
    [TestCase("""{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{},{"ports":[{"containerPort":"80"}]}]}}""",
        "spec.containers[1].ports[0].containerPort: a whole number is needed, not \"80\"")]
    [TestCase("""{"apiVersion":"v1","kind":"Pod","metadata":{"creationTimestamp":"2026-01-31T12:00:00"}}""",
        "metadata.creationTimestamp: a time such as 2026-01-31T12:00:00Z is needed, not \"2026-01-31T12:00:00\"")]
    [TestCase("""{"apiVersion":"v1","kind":"Pod","spec":[]}""", "spec: an object is needed, not []")]
    [TestCase("""{"apiVersion":"example.com/v1","kind":"Widget"}""", "Widget of example.com/v1 has no protobuf form here")]
    [TestCase("""{"kind":"Pod"}""", "apiVersion: a string is needed")]
    [TestCase("""{"apiVersion":"v1","kind":"Pod","spec":{"nodeName":"\ud800"}}""", "spec.nodeName: the string has half a surrogate pair")]
    public void A_value_that_cannot_be_written_is_named_with_its_place(string json, string message) =>
        Assert.That(() => Hex(json), Throws.TypeOf<TranscodingException>().With.Message.EqualTo(message));

    [Test]
    public void Options_of_a_delete_are_known_in_every_group() => Assert.That(
        ProtobufTranscoder.Knows("policy/v1", "DeleteOptions") && ProtobufTranscoder.Knows("meta.k8s.io/v1", "DeleteOptions"));

    [Test]
    public void A_watch_frame_has_its_length_before_it_and_the_object_in_its_envelope()
    {
        byte[] frame = ProtobufTranscoder.ToWatchFrame("ADDED", """{"apiVersion":"v1","kind":"Namespace"}"""u8);
        byte[] embedded = ProtobufTranscoder.ToProtobuf("""{"apiVersion":"v1","kind":"Namespace"}"""u8);
        byte[] expected =
        [
            0, 0, 0, (byte)(7 + 2 + 2 + embedded.Length),
            0x0A, 0x05, .. "ADDED"u8,
            0x12, (byte)(2 + embedded.Length), 0x0A, (byte)embedded.Length, .. embedded,
        ];
        Assert.That(frame, Is.EqualTo(expected));
    }

    private static string Probe(string port) =>
        $$$$"""{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"a","livenessProbe":{"httpGet":{"port":{{{{port}}}}}}}]}}""";

    private static string Hex(string json) => Convert.ToHexString(ProtobufTranscoder.ToProtobuf(Encoding.UTF8.GetBytes(json)));

    private static string Back(string json) => Encoding.UTF8.GetString(ProtobufTranscoder.ToJson(ProtobufTranscoder.ToProtobuf(Encoding.UTF8.GetBytes(json))));
}
