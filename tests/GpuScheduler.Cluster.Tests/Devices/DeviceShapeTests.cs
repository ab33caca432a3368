using CsCheck;

namespace GpuScheduler.Cluster.Tests;

public sealed class DeviceShapeTests
{
    private static readonly Gen<Device[]> Devices = Gen
        .Select(Gen.OneOf(Gen.Const("A"), Gen.Const("B"), Gen.Const("A\n1")), Gen.Int[0, 1], Gen.Int[-1, 1], Gen.OneOf(Gen.Const(""), Gen.Const("p"), Gen.Const("\n0")))
        .Array[0, 2]
        .Select(all => all.Select((d, i) => new Device(i, d.Item1, d.Item2, d.Item3, d.Item4)).ToArray());

    [Test]
    public void Shapes_are_equal_exactly_where_their_devices_are() => Gen.Select(Devices, Devices).Sample((a, b) =>
    {
        (DeviceShape x, DeviceShape y) = (DeviceShape.Of([.. a], []), DeviceShape.Of([.. b], []));
        Assert.That(x.Equals(y), Is.EqualTo(a.SequenceEqual(b)));
        Assert.That(!x.Equals(y) || x.GetHashCode() == y.GetHashCode());
    });

    [Test]
    public void Names_with_line_ends_do_not_make_shapes_equal() => Assert.That(
        DeviceShape.Of([new Device(0, "A", 0, -1, "0\nr")], []), Is.Not.EqualTo(DeviceShape.Of([new Device(0, "A\n0", -1, 0, "r")], [])));

    [Test]
    public void Links_tell_shapes_apart_and_must_be_a_symmetric_matrix()
    {
        Device[] two = [new(0, "A", 40), new(1, "A", 40)];
        Link fast = new(LinkKind.NvLink, 600), none = default;
        DeviceShape linked = DeviceShape.Of([.. two], [none, fast, fast, none]);
        Assert.That(linked, Is.Not.EqualTo(DeviceShape.Of([.. two], [])));
        Assert.That(linked, Is.EqualTo(DeviceShape.Of([.. two], [none, fast, fast, none])));
        Assert.That(linked.LinkBetween(1, 0), Is.EqualTo(fast));
        Assert.That(() => DeviceShape.Of([.. two], [none, fast, none, none]), Throws.ArgumentException.With.Message.Contains("0-1"));
        Link tooFast = new(LinkKind.NvLink, 10_001);
        Assert.That(() => DeviceShape.Of([.. two], [none, tooFast, tooFast, none]), Throws.ArgumentException.With.Message.Contains("10001 GB/s"));
        Assert.That(linked.Relabel("B", 80).Devices, Is.EqualTo(new[] { new Device(0, "B", 80), new Device(1, "B", 80) }));
        Assert.That(linked.Relabel("A", 40), Is.EqualTo(linked));
        Assert.That(() => DeviceShape.Of([.. two], [none]), Throws.ArgumentException.With.Message.Contains("4 links"));
        Assert.That(() => DeviceShape.Of([two[1]], []), Throws.ArgumentException.With.Message.Contains("number devices from 0"));
        Assert.That(() => DeviceShape.Uniform("A", 17), Throws.ArgumentException.With.Message.Contains("at most 16"));
        Assert.That(DeviceShape.Uniform("A", 16).All.Count, Is.EqualTo(16));
    }

    [Test]
    public void Device_sets_are_sets() => Gen.Select(Gen.UShort, Gen.UShort, Gen.Int[0, 15]).Sample((a, b, i) =>
    {
        HashSet<int> Of(DeviceSet set) => [.. Enumerable.Range(0, 16).Where(set.Contains)];
        (DeviceSet x, DeviceSet y) = (new(a), new(b));
        Assert.That(Of(x.Union(y)), Is.EquivalentTo(Of(x).Union(Of(y))));
        Assert.That(Of(x.Except(y)), Is.EquivalentTo(Of(x).Except(Of(y))));
        Assert.That(Of(x.With(i)), Is.EquivalentTo(Of(x).Append(i).Distinct()));
        Assert.That(Of(DeviceSet.Only(i)), Is.EquivalentTo(new[] { i }));
        Assert.That(Of(DeviceSet.First(i)), Is.EquivalentTo(Enumerable.Range(0, i)));
        Assert.That(x.Count, Is.EqualTo(Of(x).Count));
    });
}
