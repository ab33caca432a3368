using CsCheck;

namespace GpuScheduler.Cluster.Tests;

public sealed class ResourceUnitsTests
{
    private static readonly Gen<long> Amounts = Gen.Frequency(
        (3, Gen.Long[-5, 5]), (3, Gen.Long[-5_000, 5_000].Select(mib => mib << 20)), (2, Gen.Long[-5_000, 5_000].Select(mib => (mib << 20) + 1)), (2, Gen.Long[-(1L << 62), 1L << 62]));

    [Test]
    public void Whole_units_of_what_is_free_answer_as_the_exact_amount_does() =>
        Gen.Select(Gen.Int[0, Vocabulary.PodsId + 1], Amounts, Amounts).Sample((resource, free, asked) =>
        {
            if (ResourceUnits.TryOf(resource, asked, out int units))
            {
                Assert.That(ResourceUnits.Floor(resource, free) >= units, Is.EqualTo(free >= asked), $"resource {resource}: {free} free, {asked} asked for");
            }
        }, iter: 20_000);

    [TestCase(Vocabulary.CpuId, 1_500, true)]
    [TestCase(Vocabulary.CpuId, 1L << 31, false)]
    [TestCase(Vocabulary.MemoryId, 3L << 20, true)]
    [TestCase(Vocabulary.MemoryId, (3L << 20) + 1, false)]
    [TestCase(Vocabulary.MemoryId, 1L << 51, false)]
    [TestCase(Vocabulary.PodsId, 1, true)]
    [TestCase(Vocabulary.EphemeralStorageId, 1 << 20, false)]
    public void Only_amounts_that_are_whole_and_fit_have_units(int resource, long amount, bool has) =>
        Assert.That(ResourceUnits.TryOf(resource, amount, out _), Is.EqualTo(has));
}
