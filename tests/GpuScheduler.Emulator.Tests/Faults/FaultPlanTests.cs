namespace GpuScheduler.Emulator.Tests;

public sealed class FaultPlanTests
{
    [Test]
    public void A_request_meets_the_same_fate_in_every_run_of_a_seed_whatever_runs_beside_it()
    {
        string[] alone = Fates(new FaultPlan(7, Rules(), TimeProvider.System), beside: false);
        string[] crowded = Fates(new FaultPlan(7, Rules(), TimeProvider.System), beside: true);
        string[] other = Fates(new FaultPlan(8, Rules(), TimeProvider.System), beside: false);
        Assert.Multiple(() =>
        {
            Assert.That(crowded, Is.EqualTo(alone));
            Assert.That(other, Is.Not.EqualTo(alone));
            Assert.That(alone.Distinct(), Is.EquivalentTo(new[] { "", "Drop", "Conflict" }));
        });
    }

    [Test]
    public void A_rate_is_the_share_of_requests_that_are_struck()
    {
        var plan = new FaultPlan(1, [new FaultRule(FaultKind.Drop, 0.2)], TimeProvider.System);
        int struck = Enumerable.Range(0, 10_000).Count(i => plan.Next("POST", $"/api/v1/namespaces/a/pods/p{i}/binding", false) != null);
        Assert.That(struck, Is.InRange(1_850, 2_150));
    }

    [Test]
    public void Kinds_strike_only_what_they_can_strike()
    {
        var plan = FaultPlan.OfEveryKind(3, 0.05, TimeProvider.System);
        List<FaultKind> watches = [.. Struck(plan, "GET", isWatch: true)], writes = [.. Struck(plan, "POST", isWatch: false)], reads = [.. Struck(plan, "GET", isWatch: false)];
        Assert.Multiple(() =>
        {
            Assert.That(watches, Does.Contain(FaultKind.CutWatch).And.Contain(FaultKind.Gone).And.Not.Contain(FaultKind.LoseAnswer).And.Not.Contain(FaultKind.Duplicate));
            Assert.That(writes, Does.Contain(FaultKind.LoseAnswer).And.Contain(FaultKind.Conflict).And.Not.Contain(FaultKind.SilentWatch).And.Not.Contain(FaultKind.Gone));
            Assert.That(reads, Does.Contain(FaultKind.Gone).And.Not.Contain(FaultKind.Conflict).And.Not.Contain(FaultKind.EndWatch));
        });
    }

    [Test]
    public void A_rule_holds_for_its_method_and_path_alone()
    {
        var plan = new FaultPlan(3, [new FaultRule(FaultKind.Drop, 1) { Method = "POST", Path = "/binding" }], TimeProvider.System);
        Assert.That(plan.Next("POST", "/api/v1/namespaces/a/pods/b/binding", false), Is.Not.Null);
        Assert.That(plan.Next("POST", "/api/v1/namespaces/a/pods", false), Is.Null);
        Assert.That(plan.Next("GET", "/api/v1/namespaces/a/pods/b/binding", false), Is.Null);
    }

    [Test]
    public void Turned_off_it_lets_everything_pass_and_it_can_be_turned_on_again()
    {
        var plan = new FaultPlan(3, [new FaultRule(FaultKind.Drop, 1)], TimeProvider.System) { IsOn = false };
        Assert.That(plan.Next("GET", "/", false), Is.Null);
        plan.IsOn = true;
        Assert.That(plan.Next("GET", "/", false), Is.Not.Null);
    }

    [Test]
    public void Rules_that_make_no_sense_are_refused_all_at_once() => Assert.That(
        () => new FaultPlan(1, [new FaultRule(FaultKind.Drop, 1.5), new FaultRule(FaultKind.Delay, 0.1) { Delay = TimeSpan.FromSeconds(-1) }], TimeProvider.System),
        Throws.ArgumentException.With.Message.StartsWith("Drop: rate 1.5 is not within 0 to 1; Delay: a time is negative"));

    private static FaultRule[] Rules() => [new(FaultKind.Drop, 0.2), new(FaultKind.Conflict, 0.3)];

    private static string[] Fates(FaultPlan plan, bool beside) => [.. Enumerable.Range(0, 50).Select(i =>
    {
        if (beside) plan.Next("GET", $"/{i % 3}", false);
        return plan.Next("PUT", "/lease", false)?.Rule.Kind.ToString() ?? "";
    })];

    private static IEnumerable<FaultKind> Struck(FaultPlan plan, string method, bool isWatch) =>
        Enumerable.Range(0, 1_000).Select(_ => plan.Next(method, "/api/v1/pods", isWatch)?.Rule.Kind).OfType<FaultKind>();
}
