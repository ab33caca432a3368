using System.Collections;
using CsCheck;

namespace GpuScheduler.Cluster.Tests;

public sealed class SubsetTableTests
{
    private static readonly int[] Speeds = [16, 32, 50, 64, 100, 200, 600];

    [Test]
    public void The_chosen_devices_are_the_best_of_all_that_are_free() => Gen.Select(Gen.Int, Gen.Int[2, 6]).Sample(
        (seed, count) => AssertBest(RandomShape(new Random(seed), count), Enumerable.Range(1, (1 << count) - 1)), iter: 60);

    [Test]
    public void The_chosen_devices_are_the_best_on_large_nodes() => Gen.Int.Sample(
        seed =>
        {
            Random random = new(seed);
            AssertBest(RandomShape(random, 9), [.. Enumerable.Range(0, 6).Select(_ => random.Next(1, 1 << 9))]);
        },
        iter: 4, threads: 1);

    [Test]
    public void Every_built_in_shape_of_up_to_eight_devices_gives_the_best_devices() => Assert.Multiple(() =>
    {
        foreach (NamedShape named in ShapeCatalog.BuiltIn.Shapes.Where(s => s.Shape.Count <= 8))
        {
            Random random = new(1);
            AssertBest(named.Shape, [0xFF & named.Shape.All.Bits, .. Enumerable.Range(0, 5).Select(_ => random.Next(1, 1 << named.Shape.Count))]);
        }
    });

    [TestCase(1, "0")]
    [TestCase(2, "2,3")]
    [TestCase(4, "0,1,2,3")]
    public void A_free_cube_mesh_gives_a_double_link_at_one_switch_and_a_quad(int count, string expected) =>
        Assert.That(Table("dgx-1-v100").Best(new DeviceSet(0xFF), count).ToString(), Is.EqualTo(expected));

    [Test]
    public void A_cube_mesh_has_a_ring_of_double_links_through_all_devices_and_none_through_four()
    {
        SubsetTable table = Table("dgx-1-v100");
        Assert.That((table.BestRingBandwidth(8), table.BestRingBandwidth(4), table.BestRingBandwidth(2), table.BestRingBandwidth(1)), Is.EqualTo((100, 50, 100, 0)));
    }

    [Test]
    public void One_device_comes_from_a_broken_pair_and_not_from_a_whole_one()
    {
        SubsetTable table = Table("a6000-pairs-8");
        Assert.That(table.Best(new DeviceSet(0b0000_1011), 1).ToString(), Is.EqualTo("3"));
        Assert.That(table.Best(new DeviceSet(0b1111_0010), 1).ToString(), Is.EqualTo("1"));
        Assert.That(table.Best(new DeviceSet(0b0001_1011), 3).ToString(), Is.EqualTo("0,1,3"), "the fifth is at the other socket");
    }

    [Test]
    public void What_any_two_links_alike_do_not_tell_their_places_do()
    {
        SubsetTable table = Table("hgx-a100-8");
        Assert.That(table.Best(new DeviceSet(0b0110_1011), 2).ToString(), Is.EqualTo("0,1"));
        Assert.That(table.Best(new DeviceSet(0b1100_1010), 2).ToString(), Is.EqualTo("6,7"));
        Assert.That(table.Best(new DeviceSet(0b1100_1000), 1).ToString(), Is.EqualTo("3"), "the other two share a switch");
    }

    [Test]
    public void Devices_all_alike_are_taken_from_the_lowest_up() => Gen.Select(Gen.Int[1, 0xFFFF], Gen.Int[1, 16]).Sample((free, count) =>
    {
        SubsetTable table = DeviceShape.AllToAll("H100", 16, 80, new Link(LinkKind.NvSwitch, 900)).Subsets!;
        int[] devices = [.. Enumerable.Range(0, 16).Where(new DeviceSet((ushort)free).Contains)];
        string expected = devices.Length < count ? "" : string.Join(',', devices.Take(count));
        Assert.That(table.Best(new DeviceSet((ushort)free), count).ToString(), Is.EqualTo(expected));
    });

    [Test]
    public void Too_few_devices_give_none() => Assert.Multiple(() =>
    {
        Assert.That(Table("dgx-1-v100").Best(new DeviceSet(0b0111), 4).IsEmpty);
        Assert.That(Table("dgx-1-v100").Best(new DeviceSet(0b0111), 0).IsEmpty);
        Assert.That(Table("dgx-1-v100").Best(DeviceSet.Empty, 1).IsEmpty);
    });

    [Test]
    public void Sixteen_devices_in_two_halves_have_few_states() =>
        Assert.That((Table("dgx-2").States, Table("dgx-1-v100").States, Table("hgx-h100-8").States, Table("a6000-pairs-8").States), Is.EqualTo((81, 256, 25, 81)));

    [Test]
    public void Where_no_links_are_known_there_is_no_table()
    {
        Assert.That(DeviceShape.Uniform("T4", 8).Subsets, Is.Null);
        DeviceShape linked = ShapeCatalog.BuiltIn.Find("dgx-2")!.Shape;
        SubsetTable? first = linked.Subsets;
        Assert.That(linked.Subsets, Is.Not.Null.And.SameAs(first));
    }

    [Test]
    public void Looking_up_allocates_nothing_once_warm()
    {
        SubsetTable table = Table("dgx-1-v100");
        int sum = Ask();
        long before = GC.GetAllocatedBytesForCurrentThread();
        int again = Ask();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(again, Is.EqualTo(sum));

        int Ask()
        {
            int bits = 0;
            for (int free = 0; free < 256; free++)
            {
                for (int count = 1; count <= 8; count++)
                {
                    bits += table.Best(new DeviceSet((ushort)free), count).Bits;
                }
            }

            return bits;
        }
    }

    [Test]
    public void Threads_that_ask_at_once_get_the_same_answers()
    {
        DeviceShape shape = RandomShape(new Random(3), 8);
        string[] answers = new string[4];
        Parallel.For(0, answers.Length, i => answers[i] = string.Join(';', Enumerable.Range(1, 255).Select(free => shape.Subsets!.Best(new DeviceSet((ushort)free), 1 + (free % 4)))));
        Assert.That(answers.Distinct().Count(), Is.EqualTo(1));
    }

    private static SubsetTable Table(string name) => ShapeCatalog.BuiltIn.Find(name)!.Shape.Subsets!;

    private static void AssertBest(DeviceShape shape, IEnumerable<int> masks)
    {
        NaiveSubsets naive = new(shape);
        SubsetTable table = shape.Subsets!;
        foreach (int free in masks)
        {
            for (int count = 1; count <= shape.Count; count++)
            {
                DeviceSet chosen = table.Best(new DeviceSet((ushort)free), count);
                int[] possible = [.. NaiveSubsets.SubsetsOf(free, count)];
                if (possible.Length == 0)
                {
                    Assert.That(chosen.IsEmpty);
                    continue;
                }

                Assert.That(chosen.Count == count && (chosen.Bits & ~free) == 0, $"{chosen} are {count} of {new DeviceSet((ushort)free)}");
                long[] key = naive.Key(free, chosen.Bits);
                Assert.That(table.RingBandwidth(chosen), Is.EqualTo(naive.Ring(chosen.Bits)));
                foreach (int other in possible)
                {
                    long[] otherKey = naive.Key(free, other);
                    Assert.That(
                        ((IStructuralComparable)key).CompareTo(otherKey, Comparer<long>.Default), Is.GreaterThanOrEqualTo(0),
                        $"of {new DeviceSet((ushort)free)} {new DeviceSet((ushort)other)} ({string.Join(' ', otherKey)}) beats {chosen} ({string.Join(' ', key)})");
                }
            }
        }
    }

    /// <summary>Few speeds and places, so that devices are often alike; now and then all but one link are the same.</summary>
    private static DeviceShape RandomShape(Random random, int count)
    {
        int variety = random.Next(1, Speeds.Length + 1);
        Link[] links = new Link[count * count];
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b < a; b++)
            {
                links[(a * count) + b] = links[(b * count) + a] = new Link(LinkKind.NvLink, Speeds[random.Next(5) == 0 ? random.Next(variety) : variety - 1]);
            }
        }

        int numas = random.Next(1, 3), roots = random.Next(1, 5), nics = random.Next(0, 4);
        return DeviceShape.Of(
            [
                .. Enumerable.Range(0, count).Select(i => new Device(
                    i, "V100", 0, random.Next(numas), roots == 4 ? $"own-{i}" : $"r{random.Next(roots)}", nics == 0 ? "" : nics == 3 ? $"nic-{i}" : $"n{random.Next(nics)}")),
            ],
            [.. links]);
    }
}
