using System.Collections.Immutable;
using CsCheck;

namespace GpuScheduler.Optimization.Tests;

public sealed class DemandSamplerTests
{
    private static readonly ImmutableArray<DemandRow> Rows = [new(0.75, 1000, 1, 500, []), new(0.25, 1000, 1, 1000, []), new(0, 1000, 1, 100, [])];

    [Test]
    public void Without_noise_the_expected_counts_come() =>
        Assert.That(new DemandSampler(Rows, 1, noise: 0).Next(200), Is.EqualTo(new[] { 150.0, 50.0, 0.0 }));

    [Test]
    public void The_same_seed_draws_the_same_counts_and_another_draws_others()
    {
        double[] first = new DemandSampler(Rows, 7, 1).Next(200);
        Assert.That(new DemandSampler(Rows, 7, 1).Next(200), Is.EqualTo(first));
        Assert.That(new DemandSampler(Rows, 8, 1).Next(200), Is.Not.EqualTo(first));
    }

    [Test]
    public void Counts_spread_around_the_mean_like_a_poisson_count()
    {
        DemandSampler sampler = new(Rows, 3, 1);
        double[] draws = [.. Enumerable.Range(0, 4000).Select(_ => sampler.Next(400)[0])];
        double mean = draws.Average();
        double deviation = Math.Sqrt(draws.Average(d => (d - mean) * (d - mean)));
        Assert.That(mean, Is.EqualTo(300).Within(1.5));
        Assert.That(deviation, Is.EqualTo(Math.Sqrt(300)).Within(0.7));
    }

    [Test]
    public void Counts_are_finite_and_never_negative() =>
        Gen.Select(Gen.ULong, Gen.Double[0, 5], Gen.Double[0, 1e6]).Sample((seed, noise, pods) =>
            new DemandSampler(Rows, seed, noise).Next(pods).All(d => double.IsFinite(d) && d >= 0));
}
