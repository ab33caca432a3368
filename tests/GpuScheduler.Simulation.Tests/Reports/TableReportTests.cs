namespace GpuScheduler.Simulation.Tests;

public sealed class TableReportTests
{
    [Test]
    public void Columns_are_aligned_under_their_headings()
    {
        SimulationReport report = SmallReport();
        Assert.That(ReportPages.Text(report, ReportFormat.Table), Is.EqualTo(
            """
            POLICY    SEED   PODS   PLACED   FAILED   ALLOCATED@100%   FRAGMENTED@100%   SECONDS
            default   1      10     8        2        96.40%           1.25%             2.00
            default   2      10     7        3        96.60%           1.35%             4.00
            default   mean   10     7.5      2.5      96.50%           1.30%             3.00
            fgd       1      10     6        4        95.20%           -                 0.50

            POLICY    FAILED   SHARE   WHOLE   MULTI   CPU-ONLY   REASON
            default   1.5      1       0       0.5     0          Insufficient nvidia.com/gpu
            default   1        0       0       0       1          Insufficient cpu
            fgd       4        0       4       0       0          Insufficient nvidia.com/gpu

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void Wide_adds_columns_and_hides_no_reason()
    {
        SimulationReport report = SyntheticReport.Make(policies: 1, seeds: 1, nodeScale: 0);
        string table = ReportPages.Text(report, ReportFormat.Table), wide = ReportPages.Text(report, ReportFormat.Wide);
        string[] Headings(string text) => text.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Headings(wide)[..Headings(table).Length], Is.EqualTo(Headings(table)));
            Assert.That(Headings(wide), Does.Contain("PODS/S").And.Contain("ALLOCATED").And.Contain("FAILED-SHARE"));
            Assert.That(Headings(table), Does.Contain("ALLOCATED@130%"));
            Assert.That(table, Does.Match(@"[1-9] more reasons? \(-o wide shows all\)"));
            Assert.That(wide, Does.Not.Contain("more reason"));
            Assert.That(report.Runs[0].Failures.Select(f => f.Reason).Distinct().Where(r => !wide.Contains(r, StringComparison.Ordinal)), Is.Empty);
        }
    }

    [Test]
    public void Timed_runs_show_waiting_rather_than_load()
    {
        string table = ReportPages.Text(SyntheticReport.Make(policies: 1, seeds: 1, timed: true, nodeScale: 0), ReportFormat.Table);
        Assert.That(table.Split('\n')[0], Does.Contain("UTILIZATION   WAIT-P50   WAIT-P95   MAKESPAN").And.Not.Contain("ALLOCATED@"));
    }

    [Test]
    public void A_run_that_did_not_reach_capacity_is_shown_at_the_load_it_reached() =>
        Assert.That(ReportPages.Text(SyntheticReport.Make(policies: 1, seeds: 1, reach: 63, nodeScale: 0), ReportFormat.Table), Does.Contain("ALLOCATED@63%"));

    [Test]
    public void Names_send_no_control_sequences_to_the_terminal()
    {
        string table = ReportPages.Text(EdgeReport.Hostile(), ReportFormat.Wide);
        Assert.That(table.Where(c => char.IsControl(c) && c != '\n'), Is.Empty);
    }

    [Test]
    public void Pods_that_were_asked_for_stand_below_with_their_gpus_or_the_reason()
    {
        SimulationReport report = SmallReport();
        PodOutcome pod = new() { Namespace = "ml", Name = "a", State = PodState.Placed, Node = "n1", Gpus = [0, 3], GpuMilli = [1000, 1000] };
        report = report with
        {
            Runs =
            [
                report.Runs[0] with
                {
                    Outcomes = [pod, pod with { Name = "b", Gpus = [2], GpuMilli = [400] }, pod with { Name = "c", State = PodState.Pending, Node = null, Gpus = null, Reason = "too large" }],
                },
            ],
        };
        Assert.That(ReportPages.Text(report, ReportFormat.Table), Does.EndWith(
            """

            POLICY    SEED   NAMESPACE   NAME   STATE     NODE     GPUS       REASON
            default   1      ml          a      Placed    n1       0,3
            default   1      ml          b      Placed    n1       2 (400m)
            default   1      ml          c      Pending   <none>   <none>     too large

            """.ReplaceLineEndings("\n")));
    }

    [TestCase(0, "0s")]
    [TestCase(0.354, "0.35s")]
    [TestCase(59.6, "1m")]
    [TestCase(125, "2m5s")]
    [TestCase(7200, "2h")]
    [TestCase(273600, "3d4h")]
    public void Times_are_printed_in_their_two_largest_units(double seconds, string expected)
    {
        SimulationReport report = SyntheticReport.Make(policies: 1, seeds: 1, timed: true, nodeScale: 0);
        report = report with { Runs = [report.Runs[0] with { Queueing = report.Runs[0].Queueing! with { MakespanSeconds = seconds } }] };
        string[] lines = ReportPages.Text(report, ReportFormat.Table).Split('\n');
        Assert.That(lines[1][lines[0].IndexOf("MAKESPAN", StringComparison.Ordinal)..].Split(' ')[0], Is.EqualTo(expected));
    }

    private static SimulationReport SmallReport()
    {
        const string gpu = "Insufficient nvidia.com/gpu";
        static CurvePoint At100(double allocated, double? fragmented) =>
            new() { ArrivedPercent = 100, AllocatedPercent = allocated, FragmentedPercent = fragmented, FailedPods = 1 };
        SimulationRun run = new()
        {
            Policy = "default",
            Seed = 1,
            Pods = 10,
            Placed = 8,
            Failed = 2,
            ArrivedPercent = 104,
            AllocatedPercent = 97,
            Seconds = 2,
            Curve = [At100(96.4, 1.25)],
            Failures = [new() { Reason = gpu, RequestKind = RequestKind.Share, Pods = 2 }],
        };
        return EdgeReport.Empty() with
        {
            Policies = [new() { Name = "default", Description = "" }, new() { Name = "fgd", Description = "" }],
            Runs =
            [
                run,
                run with
                {
                    Seed = 2, Placed = 7, Failed = 3, Seconds = 4, Curve = [At100(96.6, 1.35)],
                    Failures = [new() { Reason = gpu, RequestKind = RequestKind.Multi, Pods = 1 }, new() { Reason = "Insufficient cpu", RequestKind = RequestKind.CpuOnly, Pods = 2 }],
                },
                run with
                {
                    Policy = "fgd", Placed = 6, Failed = 4, Seconds = 0.5, Curve = [At100(95.2, null)],
                    Failures = [new() { Reason = gpu, RequestKind = RequestKind.Whole, Pods = 4 }],
                },
            ],
        };
    }
}
