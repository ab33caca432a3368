using CsCheck;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>The vector code against its scalar twin.</summary>
public sealed class LaneTotalsTests
{
    private static readonly Gen<int[]> Values = Gen.Frequency(
        (4, Gen.Int[-3, 3]), (3, Gen.Int[0, 1 << 22]), (2, Gen.Int), (1, Gen.OneOf(Gen.Const(int.MinValue), Gen.Const(int.MaxValue)))).Array[Block.Size];

    private static readonly Gen<ulong> Masks = Gen.Select(Gen.ULong, Gen.ULong, Gen.Int[0, 3]).Select((a, b, kind) => kind switch { 0 => a & b, 1 => a, 2 => a | b, _ => ulong.MaxValue });

    private static readonly Gen<int> Factors = Gen.Frequency((3, Gen.Int[0, 1 << 12]), (1, Gen.Int));

    [Test]
    public void Sums_are_the_same_by_vector_and_by_scalar_even_where_they_wrap_around() =>
        Gen.Select(Values, Values, Gen.Int[0, 20], Factors, Masks).Sample((totals, scores, shift, factor, lanes) =>
        {
            int[] set = [.. totals], setScalar = [.. totals], added = [.. totals], addedScalar = [.. totals];
            LaneTotals.Set(set, scores, shift, factor, lanes);
            LaneTotals.SetScalar(setScalar, scores, shift, factor, lanes);
            LaneTotals.Add(added, scores, shift, factor, lanes);
            LaneTotals.AddScalar(addedScalar, scores, shift, factor, lanes);
            Assert.That(set, Is.EqualTo(setScalar));
            Assert.That(added, Is.EqualTo(addedScalar));
        });

    [Test]
    public void The_best_lane_is_the_same_by_vector_and_by_scalar_and_the_lowest_key_breaks_ties() =>
        Gen.Select(Values, Gen.Frequency((2, Gen.ULong[0, 3]), (1, Gen.ULong), (1, Gen.Const(ulong.MaxValue))).Array[Block.Size], Masks)
            .Where(t => t.Item3 != 0)
            .Sample((totals, ties, lanes) =>
            {
                int best = Enumerable.Range(0, Block.Size).Where(l => (lanes >> l & 1) != 0).OrderByDescending(l => totals[l]).ThenBy(l => ties[l]).First();
                Assert.That(LaneTotals.Best(totals, ties, lanes), Is.EqualTo(best));
                ulong all = LaneTotals.AllBestScalar(totals, lanes);
                Assert.That(LaneTotals.AllBest(totals, lanes), Is.EqualTo(all));
                Assert.That(LaneTotals.LowestTieScalar(ties, all), Is.EqualTo(best));
                Assert.That(LaneTotals.LowestTie(ties, lanes), Is.EqualTo(LaneTotals.LowestTieScalar(ties, lanes)));
            });

    [Test]
    public void Ranges_are_the_same_by_vector_and_by_scalar() =>
        Gen.Select(Values, Masks).Sample((values, lanes) => LaneTotals.Range(values, lanes) == LaneTotals.RangeScalar(values, lanes));
}
