using CsCheck;

namespace GpuScheduler.Cluster.Tests;

/// <summary>The vector code against its scalar twin and against plain LINQ.</summary>
public sealed class ColumnMaskTests
{
    private static readonly Gen<long> Amounts = Gen.Frequency(
        (4, Gen.Long[-3, 3]), (2, Gen.Long), (1, Gen.OneOf(Gen.Const(long.MinValue), Gen.Const(long.MinValue + 1), Gen.Const(long.MaxValue - 1), Gen.Const(long.MaxValue))));

    private static readonly Gen<short> Shorts = Gen.Frequency(
        (4, Gen.Short[0, 1000]), (2, Gen.Short), (1, Gen.OneOf(Gen.Const(short.MinValue), Gen.Const(short.MaxValue))));

    [Test]
    public void Room_is_the_same_by_vector_and_by_scalar_even_where_it_wraps_around() =>
        Gen.Select(Amounts.Array[Block.Size], Amounts.Array[Block.Size], Amounts).Sample((capacity, used, amount) =>
        {
            ulong vector = ColumnMask.HasRoom(capacity, used, amount);
            Assert.That(vector, Is.EqualTo(ColumnMask.HasRoomScalar(capacity, used, amount)));
            Assert.That(vector, Is.EqualTo(MaskOf(i => unchecked(capacity[i] - used[i]) >= amount)));
        });

    [Test]
    public void Room_is_exact_for_all_amounts_that_are_not_negative() =>
        Gen.Select(Gen.Long[0, long.MaxValue].Array[Block.Size], Gen.Long[0, long.MaxValue].Array[Block.Size], Gen.Long[0, long.MaxValue]).Sample(
            (capacity, used, amount) => ColumnMask.HasRoom(capacity, used, amount) == MaskOf(i => (Int128)capacity[i] - used[i] >= amount));

    [Test]
    public void At_least_of_three_columns_is_that_of_each_by_vector_and_by_scalar()
    {
        Gen<int> amounts = Gen.Frequency((3, Gen.Int[-2, 3]), (1, Gen.Int), (1, Gen.OneOf(Gen.Const(int.MinValue), Gen.Const(int.MaxValue))));
        Gen.Select(amounts.Array[3 * Block.Size], amounts.Array[3]).Sample((cells, bounds) =>
        {
            Assert.That(
                ColumnMask.AtLeast(Column(0), bounds[0], Column(1), bounds[1], Column(2), bounds[2]),
                Is.EqualTo(MaskOf(i => Enumerable.Range(0, 3).All(c => Column(c)[i] >= bounds[c]))));
            Assert.That(ColumnMask.AtLeastScalar(Column(0), bounds[0]), Is.EqualTo(MaskOf(i => Column(0)[i] >= bounds[0])));

            ReadOnlySpan<int> Column(int column) => cells.AsSpan(column * Block.Size, Block.Size);
        });
    }

    [Test]
    public void At_least_and_greater_than_are_the_same_by_vector_and_by_scalar() =>
        Gen.Select(Amounts.Array[Block.Size], Amounts).Sample((column, bound) =>
        {
            Assert.That(ColumnMask.AtLeast(column, bound), Is.EqualTo(MaskOf(i => column[i] >= bound)));
            Assert.That(ColumnMask.AtLeastScalar(column, bound), Is.EqualTo(MaskOf(i => column[i] >= bound)));
            Assert.That(ColumnMask.GreaterThan(column, bound), Is.EqualTo(MaskOf(i => column[i] > bound)));
        });

    [Test]
    public void At_least_of_shorts_is_the_same_by_vector_and_by_scalar() =>
        Gen.Select(Shorts.Array[Block.Size], Shorts).Sample((column, bound) =>
        {
            Assert.That(ColumnMask.AtLeast(column, bound), Is.EqualTo(MaskOf(i => column[i] >= bound)));
            Assert.That(ColumnMask.AtLeastScalar(column, bound), Is.EqualTo(MaskOf(i => column[i] >= bound)));
        });

    [Test]
    public void Slots_are_counted_the_same_by_vector_and_by_scalar() =>
        Gen.Int[0, Device.MaxPerNode].SelectMany(n => Gen.Select(Shorts.Array[n * Block.Size], Shorts, Gen.Int[-1, 20])).Sample((slots, bound, count) =>
        {
            ulong naive = MaskOf(lane => Enumerable.Range(0, slots.Length / Block.Size).Count(s => slots[(s * Block.Size) + lane] >= bound) >= count);
            Assert.That(ColumnMask.SlotsAtLeast(slots, bound, count), Is.EqualTo(naive));
            Assert.That(ColumnMask.SlotsAtLeastScalar(slots, bound, count), Is.EqualTo(naive));
        });

    [Test]
    public void Lanes_walk_the_bits_of_a_mask_from_the_lowest() => Gen.ULong.Sample(mask =>
    {
        List<int> lanes = [];
        foreach (int lane in new Lanes(mask))
        {
            lanes.Add(lane);
        }

        Assert.That(lanes, Is.EqualTo(Enumerable.Range(0, 64).Where(i => (mask >> i & 1) != 0)));
    });

    private static ulong MaskOf(Func<int, bool> isSet) =>
        Enumerable.Range(0, Block.Size).Aggregate(0UL, (mask, i) => mask | ((isSet(i) ? 1UL : 0) << i));
}
