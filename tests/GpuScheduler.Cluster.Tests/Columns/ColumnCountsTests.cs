namespace GpuScheduler.Cluster.Tests;

public sealed class ColumnCountsTests
{
    [Test]
    public void Quotients_are_those_of_division_for_every_number_of_devices()
    {
        for (int each = 1; each <= 20; each++)
        {
            short[] column = [.. Enumerable.Range(0, Block.Size).Select(i => (short)(i % 17))];
            short[] vector = [.. Enumerable.Range(0, Block.Size).Select(i => (short)(i % 5 == 0 ? 1 : 4096))], scalar = [.. vector];
            ColumnCounts.LimitByQuotient(vector, column, each);
            ColumnCounts.LimitByQuotientScalar(scalar, column, each);
            Assert.That(vector, Is.EqualTo(scalar), $"by {each}");
        }
    }

    [Test]
    public void Shares_are_those_of_division_for_every_share_and_every_rest()
    {
        short[] slots = new short[16 * Block.Size];
        for (int milli = 1; milli <= Device.FullMilli; milli++)
        {
            for (int i = 0; i < slots.Length; i++)
            {
                slots[i] = (short)(((i * 7) + milli) % (Device.FullMilli + 1));
            }

            short[] vector = [.. Enumerable.Repeat((short)4096, Block.Size)], scalar = [.. vector];
            ColumnCounts.LimitByShares(vector, slots, milli);
            ColumnCounts.LimitBySharesScalar(scalar, slots, milli);
            Assert.That(vector, Is.EqualTo(scalar), $"{milli} milli");
        }
    }

    [Test]
    public void Room_is_divided_also_where_the_product_would_overflow()
    {
        long[] capacity = new long[Block.Size], used = new long[Block.Size];
        (capacity[0], capacity[1], used[1]) = (long.MaxValue, 10, 4);
        short[] counts = [.. Enumerable.Repeat((short)3, Block.Size)];
        ColumnCounts.LimitByRoom(counts, capacity, used, long.MaxValue / 2, 0b11);
        Assert.That(counts[..2], Is.EqualTo(new short[] { 2, 0 }));
        counts.AsSpan().Fill(3);
        ColumnCounts.LimitByRoom(counts, capacity, used, 3, 0b11);
        Assert.That(counts[..2], Is.EqualTo(new short[] { 3, 2 }));
    }
}
