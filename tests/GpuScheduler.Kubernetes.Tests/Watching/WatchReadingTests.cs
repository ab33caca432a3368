using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>What surrounds objects on the wire, whole and broken.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class WatchReadingTests
{
    private static readonly Thing Thing = new("näme", "uid-1", 77, 5);

    [Test]
    public void Any_bytes_are_either_read_or_refused_with_an_exception_that_the_watch_takes_for_garbage([Values] bool isProtobuf)
    {
        ThingWire wire = new(isProtobuf);
        byte[] good = wire.Event("MODIFIED", Thing);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, to, length) =>
        {
            byte[] bytes = [.. good[..at], to, .. good[(at + 1)..]];
            try
            {
                Read(bytes.AsSpan(isProtobuf ? 4 : 0, Math.Max(0, length - (isProtobuf ? 4 : 0))), isProtobuf);
            }
            catch (Exception e) when (e is InvalidDataException or JsonException)
            {
            }
        });
    }

    [Test]
    public void Metadata_of_another_shape_is_passed_over([Values("5", "\"x\"", "[{\"name\":\"b\"}]", "null", "{\"name\":{\"name\":\"b\"}}")] string metadata)
    {
        ObjectMeta meta = JsonReading.Meta(Encoding.UTF8.GetBytes($"{{\"metadata\":{metadata},\"name\":\"c\"}}"));
        Assert.That(meta.Key.Name, Is.Empty);
    }

    [Test]
    public void A_list_is_read_whole_before_any_of_its_items_and_its_metadata_may_come_last()
    {
        ListPage page = new();
        byte[] body = "{\"items\":[{\"a\":[1,2]},{}],\"metadata\":{\"resourceVersion\":\"5\",\"continue\":\"c\"}}"u8.ToArray();
        page.Read(body, isProtobuf: false);
        Assert.That(page.Items.Select(i => Encoding.UTF8.GetString(body[i])), Is.EqualTo(new[] { "{\"a\":[1,2]}", "{}" }));
        Assert.That((page.ResourceVersion, page.Continue), Is.EqualTo(("5", "c")));
        Assert.That(() => page.Read("{\"items\":[]}"u8, false), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => page.Read("[]"u8, false), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public void Frames_are_cut_wherever_the_bytes_were_split([Values] bool isProtobuf)
    {
        ThingWire wire = new(isProtobuf);
        byte[] two = [.. wire.Event("ADDED", Thing), .. wire.Event("DELETED", Thing)];
        Gen.Int[0, two.Length].Sample(length =>
        {
            ReadOnlySequence<byte> received = new(two, 0, length);
            int count = 0;
            while (WatchFrame.TryCut(ref received, isProtobuf, out ReadOnlySequence<byte> frame))
            {
                Read(frame.ToArray(), isProtobuf);
                count++;
            }

            int first = wire.Event("ADDED", Thing).Length;
            return count == (length == two.Length ? 2 : length >= first ? 1 : 0);
        });
    }

    [Test]
    public void A_frame_that_claims_to_be_endless_is_not_waited_for()
    {
        ReadOnlySequence<byte> received = new([0xff, 0xff, 0xff, 0xff, 1]);
        Assert.That(() => WatchFrame.TryCut(ref received, isProtobuf: true, out _), Throws.TypeOf<InvalidDataException>());
    }

    private static void Read(ReadOnlySpan<byte> bytes, bool isProtobuf)
    {
        WatchFrame frame = isProtobuf ? ProtobufReading.Frame(bytes) : JsonReading.Frame(bytes);
        _ = isProtobuf ? ProtobufReading.Meta(frame.Object) : JsonReading.Meta(frame.Object);
        _ = isProtobuf ? ProtobufReading.Status(frame.Object) : JsonReading.Status(frame.Object);
    }
}
