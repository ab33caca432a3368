using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace GpuScheduler.Emulator.Tests;

public sealed class ProtobufRoundTripTests
{
    private const int Iterations = 1500;

    [Test]
    public void An_object_of_any_kind_comes_back_from_protobuf_as_it_was() => Gen.Int.Sample(
        seed =>
        {
            JsonObject before = new RandomObject(seed).Any();
            JsonNode after = JsonNode.Parse(ProtobufTranscoder.ToJson(ProtobufTranscoder.ToProtobuf(Json(before))))!;
            if (!JsonNode.DeepEquals(before, after)) throw new InvalidOperationException($"{before.ToJsonString()}\nbecame\n{after.ToJsonString()}");
        },
        iter: Iterations);

    [Test]
    public void Protobuf_made_of_its_own_json_is_the_same_to_the_byte() => Gen.Int.Sample(
        seed =>
        {
            byte[] before = ProtobufTranscoder.ToProtobuf(Json(new RandomObject(seed).Any()));
            Assert.That(ProtobufTranscoder.ToProtobuf(ProtobufTranscoder.ToJson(before)), Is.EqualTo(before));
        },
        iter: Iterations / 3);

    [Test]
    public void Bytes_damaged_anywhere_are_refused_or_read_and_never_break_anything_else() => Gen.Select(Gen.Int, Gen.Int[0, int.MaxValue], Gen.Byte, Gen.Bool).Sample(
        (seed, place, value, cut) =>
        {
            byte[] bytes = ProtobufTranscoder.ToProtobuf(Json(new RandomObject(seed).Any()));
            if (cut) bytes = bytes[..(place % bytes.Length)];
            else bytes[place % bytes.Length] = value;
            try
            {
                Assert.That(JsonNode.Parse(ProtobufTranscoder.ToJson(bytes)), Is.Not.Null);
            }
            catch (TranscodingException e)
            {
                Assert.That(e.Message, Is.Not.Empty);
            }
        },
        iter: Iterations);

    [Test]
    public void A_watch_event_comes_back_from_its_frame_however_the_stream_is_cut() => Gen.Select(Gen.Int, Gen.Int[0, int.MaxValue]).Sample(
        (seed, cut) =>
        {
            JsonObject before = new RandomObject(seed).Any();
            byte[] frame = ProtobufTranscoder.ToWatchFrame("MODIFIED", Json(before));
            Assert.That(ProtobufTranscoder.FromWatchFrame(frame.AsSpan(0, cut % frame.Length), out int none), Is.Null);
            Assert.That(none, Is.Zero);
            (string type, byte[] json) = ProtobufTranscoder.FromWatchFrame([.. frame, 0, 0, 0, 9], out int consumed)!.Value;
            Assert.That((type, consumed), Is.EqualTo(("MODIFIED", frame.Length)));
            Assert.That(JsonNode.DeepEquals(before, JsonNode.Parse(json)));
        },
        iter: Iterations / 3);

    [Test]
    public void The_servers_hook_gives_the_bare_message_and_takes_it_back()
    {
        var transcoder = new ProtobufTranscoder();
        var message = new ArrayBufferWriter<byte>();
        var json = new ArrayBufferWriter<byte>();
        byte[] pod = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[]}}"""u8.ToArray();
        Assert.That(transcoder.TryEncode("v1", "Pod", pod, message));
        Assert.That(transcoder.TryDecode("v1", "Pod", message.WrittenSpan, json));
        Assert.That(Encoding.UTF8.GetString(json.WrittenSpan), Is.EqualTo("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}"""));
        Assert.That(transcoder.TryEncode("example.com/v1", "Widget", pod, message), Is.False);
        Assert.That(transcoder.TryDecode("v1", "Pod", [0x0A, 0x7F], json), Is.False);
    }

    private static byte[] Json(JsonObject value) => Encoding.UTF8.GetBytes(value.ToJsonString());
}
