using System.Collections.Immutable;

namespace GpuScheduler.Optimization.Tests;

public sealed class ModelProgrammeTests
{
    [Test]
    public void A_model_runs_short_alone_where_only_it_is_wanted_beyond_what_is_free()
    {
        Dictionary<string, double> shortage = Shortages(
            [Row("A100"), Row()], [20, 5], ("A100", 10), ("T4", 10));
        Assert.That((shortage["A100"], shortage["T4"]), Is.EqualTo((1.0, 0.0)));
    }

    [Test]
    public void Nothing_runs_short_where_others_can_take_its_place()
    {
        Dictionary<string, double> shortage = Shortages([Row("A100"), Row()], [5, 10], ("A100", 10), ("T4", 10));
        Assert.That((shortage["A100"], shortage["T4"]), Is.EqualTo((0.0, 0.0)));
    }

    [Test]
    public void All_run_short_together_where_the_demand_for_any_is_too_much()
    {
        Dictionary<string, double> shortage = Shortages([Row()], [30], ("A100", 10), ("T4", 10));
        Assert.That((shortage["A100"], shortage["T4"]), Is.EqualTo((1.0, 1.0)));
    }

    [Test]
    public void A_shortage_spreads_to_the_models_that_could_stand_in()
    {
        // V100 pods may use T4 too; both are full of them, and P100 is left alone.
        Dictionary<string, double> shortage = Shortages([Row("T4", "V100")], [30], ("P100", 10), ("T4", 10), ("V100", 10));
        Assert.That((shortage["P100"], shortage["T4"], shortage["V100"]), Is.EqualTo((0.0, 1.0, 1.0)));
    }

    [Test]
    public void The_part_that_cannot_be_put_to_use_counts_as_missing()
    {
        Dictionary<string, double> shortage = new() { ["T4"] = 0 };
        new ModelProgramme([Row("T4")], ImmutableSortedDictionary.CreateRange<string, long>([new("T4", 10_000)]), efficiency: 0.8).AddShortages([9], shortage, 0.5);
        Assert.That(shortage["T4"], Is.EqualTo(0.5));
    }

    [Test]
    public void Demand_for_models_that_are_not_there_makes_nothing_dear()
    {
        Assert.That(Shortages([Row("GB200")], [30], ("T4", 10))["T4"], Is.Zero);
        Assert.That(Shortages([], [], ("T4", 10))["T4"], Is.Zero);
        Assert.That(Shortages([Row("GB200")], [30]), Is.Empty);
    }

    private static DemandRow Row(params string[] models) => new(0.5, 1000, 1, 1000, [.. models]);

    private static Dictionary<string, double> Shortages(ImmutableArray<DemandRow> rows, double[] demand, params (string Model, long Devices)[] free)
    {
        Dictionary<string, double> shortages = free.ToDictionary(f => f.Model, _ => 0.0);
        new ModelProgramme(rows, free.ToImmutableSortedDictionary(f => f.Model, f => f.Devices * 1000, StringComparer.Ordinal), efficiency: 1).AddShortages(demand, shortages, 1);
        return shortages;
    }
}
