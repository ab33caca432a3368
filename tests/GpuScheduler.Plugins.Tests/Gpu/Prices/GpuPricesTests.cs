using System.Collections.Immutable;

namespace GpuScheduler.Plugins.Tests;

public sealed class GpuPricesTests
{
    private static readonly ImmutableArray<double> Gaps = [.. Enumerable.Range(0, 1001).Select(g => 2.0 * g)];
    private static readonly ImmutableArray<double> Wholes = [.. Enumerable.Range(0, 17).Select(w => 10.0 * w)];

    [Test]
    public void Tables_of_the_wrong_length_are_refused()
    {
        Dictionary<string, double> none = [];
        Assert.That(() => new GpuPrices([.. Gaps.Take(1000)], Wholes, [0], none), Throws.ArgumentException);
        Assert.That(() => new GpuPrices(Gaps, [.. Wholes.Take(16)], [0], none), Throws.ArgumentException);
        Assert.That(() => new GpuPrices(Gaps, Wholes, [], none), Throws.ArgumentException);
    }

    [Test]
    public void Stranded_compute_is_read_between_steps_and_is_that_of_the_last_step_beyond()
    {
        // Shares at 0, 0.05 and 0.1 milli-cores per GPU milli.
        GpuPrices prices = new(Gaps, Wholes, [1, 0.5, 0.1], new Dictionary<string, double>());
        Assert.Multiple(() =>
        {
            Assert.That(prices.Stranded(0, 1000), Is.EqualTo(1000));
            Assert.That(prices.Stranded(25, 1000), Is.EqualTo(750).Within(1e-9));
            Assert.That(prices.Stranded(50, 1000), Is.EqualTo(500).Within(1e-9));
            Assert.That(prices.Stranded(100, 1000), Is.EqualTo(100).Within(1e-9));
            Assert.That(prices.Stranded(long.MaxValue, 1000), Is.EqualTo(100).Within(1e-9));
            Assert.That(prices.Stranded(-500, 1000), Is.EqualTo(1000), "an overcommitted node has no CPU left, not less");
            Assert.That(prices.Stranded(10, 0), Is.Zero);
        });
    }

    [Test]
    public void One_step_holds_for_any_amount_of_cpu()
    {
        GpuPrices prices = new(Gaps, Wholes, [0.25], new Dictionary<string, double>());
        Assert.That(new[] { -1000L, 0, 1, 1_000_000 }.Select(cpu => prices.Stranded(cpu, 400)), Is.All.EqualTo(100));
    }

    [Test]
    public void Losses_are_the_fall_in_worth_and_infinite_where_there_is_too_little()
    {
        GpuPrices prices = GpuPrices.Uninformed;
        ReadOnlySpan<double> losses = prices.LossesOf(300);
        Assert.That(losses[299], Is.EqualTo(double.PositiveInfinity));
        Assert.That(losses[300], Is.EqualTo(prices.GapValue(300)));
        Assert.That(losses[1000], Is.EqualTo(prices.GapValue(1000) - prices.GapValue(700)));
    }

    [Test]
    public void A_model_without_a_surcharge_has_none()
    {
        GpuPrices prices = new(Gaps, Wholes, [0], new Dictionary<string, double> { ["A100"] = 0.5 });
        Assert.That((prices.Surcharge("A100"), prices.Surcharge("a100"), prices.Surcharge("T4")), Is.EqualTo((0.5, 0.0, 0.0)));
    }
}
