namespace GpuScheduler.Simulation.Tests;

public sealed class TimedTests
{
    [Test]
    public void A_pod_waits_until_another_leaves()
    {
        RunResult result = Workloads.Run(Workloads.Timed(
            [Workloads.Node("n", 1)],
            Workloads.Arrives("first", Workloads.Spec(1), at: 5, runs: 30),
            Workloads.Arrives("second", Workloads.Spec(1), at: 10, runs: 10)));
        Assert.Multiple(() =>
        {
            Assert.That(result.Observer.Waits, Is.EqualTo(new[] { TimeSpan.Zero, TimeSpan.FromSeconds(25) }));
            Assert.That(result.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(45)));
            Assert.That((result.Observer.Placed, result.Observer.Failed, result.Observer.FailedAttempts), Is.EqualTo((2, 0, 1)));
            Assert.That(Workloads.Places(result), Is.Empty, "all have left");
            Assert.That(result.Observer.MeanUtilization(result.Elapsed), Is.EqualTo(40 / 45.0).Within(1e-12));
        });
    }

    [Test]
    public void The_policy_is_told_of_each_pod_that_is_done()
    {
        List<int> left = [];
        Workload workload = Workloads.Timed(
            [Workloads.Node("n", 2)],
            Workloads.Arrives("first", Workloads.Spec(1), at: 5, runs: 30), Workloads.Arrives("never", Workloads.Spec(3), at: 5, runs: 1), Workloads.Arrives("second", Workloads.Spec(2), at: 10, runs: 10));
        new Simulator(workload, _ => null, new VirtualTime()).Run(RoomPolicy.Noting([], left), 1);
        Assert.That(left, Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void Where_nothing_else_waits_a_pod_is_tried_before_its_backoff_is_over()
    {
        RunResult result = Workloads.Run(Workloads.Timed(
            [Workloads.Node("n", 1)],
            Workloads.Arrives("first", Workloads.Spec(1), at: 0, runs: 0.25),
            Workloads.Arrives("second", Workloads.Spec(1), at: 0, runs: 10)));
        Assert.That(result.Observer.Waits, Is.EqualTo(new[] { TimeSpan.Zero, TimeSpan.FromSeconds(0.25) }));
        Assert.That(result.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(10.25)));
    }

    [Test]
    public void A_pod_that_never_fits_has_failed_in_the_end_with_its_reason()
    {
        RunResult result = Workloads.Run(Workloads.Timed(
            [Workloads.Node("n", 2)],
            Workloads.Arrives("large", Workloads.Spec(3), at: 0, runs: 1),
            Workloads.Arrives("small", Workloads.Spec(1), at: 60, runs: 60)));
        Assert.That(result.Observer.Failures, Is.EquivalentTo(new Dictionary<(string, RequestKind), int> { [(RoomPolicy.NoRoom, RequestKind.Multi)] = 1 }));
        Assert.That((result.Observer.Placed, result.Observer.Failed), Is.EqualTo((1, 1)));
        Assert.That(result.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(120)), "the run ends when nothing more can change");
        Assert.That(result.Observer.FailedAttempts, Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public void Utilization_is_the_integral_of_what_is_allocated()
    {
        // Two devices: one from 0 to 10, a half more from 4 to 8, all of it idle from 10 to 20, one from 20 to 40.
        RunResult result = Workloads.Run(Workloads.Timed(
            [Workloads.Node("n", 2)],
            Workloads.Arrives("a", Workloads.Spec(1), at: 0, runs: 10),
            Workloads.Arrives("b", Workloads.Spec(1, 500), at: 4, runs: 4),
            Workloads.Arrives("c", Workloads.Spec(1), at: 20, runs: 20)));
        Assert.That(result.Observer.MeanUtilization(result.Elapsed), Is.EqualTo((10 + 2 + 20) / 80.0).Within(1e-12));
        Assert.That(
            result.Observer.Usage.Select(u => (u.At.TotalSeconds, u.Value)),
            Is.EqualTo(new[] { (0.0, 50.0), (4.0, 75.0), (8.0, 50.0), (10.0, 0.0), (20.0, 50.0), (40.0, 0.0) }));
    }

    [Test]
    public void A_pod_without_a_duration_never_leaves()
    {
        RunResult result = Workloads.Run(Workloads.Timed(
            [Workloads.Node("n", 1)],
            Workloads.Arrives("stays", Workloads.Spec(1), at: 3),
            Workloads.Arrives("waits", Workloads.Spec(1), at: 9, runs: 1)));
        Assert.That(Workloads.Places(result).Keys, Is.EqualTo(new[] { "stays" }));
        Assert.That((result.Observer.Failed, result.Elapsed), Is.EqualTo((1, TimeSpan.FromSeconds(9))));
    }

    [Test]
    public void Pods_that_leave_make_room_at_the_very_instant_others_come()
    {
        RunResult result = Workloads.Run(Workloads.Timed(
            [Workloads.Node("n", 1)],
            Workloads.Arrives("a", Workloads.Spec(1), at: 0, runs: 10),
            Workloads.Arrives("b", Workloads.Spec(1), at: 10, runs: 10)));
        Assert.That(result.Observer.Waits, Is.All.EqualTo(TimeSpan.Zero));
        Assert.That(result.Observer.FailedAttempts, Is.Zero);
        Assert.That(result.Observer.Usage.Select(u => u.At.TotalSeconds), Is.EqualTo(new[] { 0.0, 10.0, 20.0 }), "one point an instant");
    }

    [Test]
    public void The_same_workload_and_seed_give_the_same_run()
    {
        Workload workload = Workloads.Timed(
            [Workloads.Node("a", 2), Workloads.Node("b", 1), Workloads.Node("c", 3)],
            [.. Enumerable.Range(0, 200).Select(i => Workloads.Arrives($"p{i}", Workloads.Spec(1 + (i % 3 / 2), 200 + (i * 73 % 800)), at: i * 3, runs: 10 + (i * 31 % 40)))]);
        RunResult a = Workloads.Run(workload, 5), b = Workloads.Run(workload, 5);
        Assert.That(a.Observer.Waits, Is.EqualTo(b.Observer.Waits));
        Assert.That(a.Observer.Usage, Is.EqualTo(b.Observer.Usage));
        Assert.That(a.Observer.Points, Is.EqualTo(b.Observer.Points));
        Assert.That((a.Elapsed, a.Observer.Placed), Is.EqualTo((b.Elapsed, 200)));
        Assert.That(a.Observer.AllocatedMilli, Is.Zero);
    }
}
