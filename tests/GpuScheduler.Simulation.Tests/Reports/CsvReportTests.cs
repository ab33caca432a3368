namespace GpuScheduler.Simulation.Tests;

public sealed class CsvReportTests
{
    [Test]
    public void There_is_a_row_per_run_and_point()
    {
        SimulationReport report = SyntheticReport.Make(policies: 2, seeds: 2, reach: 10, nodeScale: 0);
        string[] lines = ReportPages.Text(report, ReportFormat.Csv).Split('\n');
        CurvePoint point = report.Runs[1].Curve[3];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines[0], Is.EqualTo("policy,seed,arrived_percent,allocated_percent,fragmented_percent,failed_pods"));
            Assert.That(lines, Has.Length.EqualTo(1 + (4 * 11) + 1));
            Assert.That(lines[1 + 11 + 3], Is.EqualTo(FormattableString.Invariant($"default,43,3,{point.AllocatedPercent},{point.FragmentedPercent},{point.FailedPods}")));
            Assert.That(lines[^1], Is.Empty);
        }
    }

    [Test]
    public void Pods_take_the_place_of_the_curves_where_they_were_asked_for()
    {
        SimulationReport report = EdgeReport.OnePoint();
        PodOutcome pod = new() { Namespace = "ml", Name = "a", State = PodState.Finished, Node = "n1", Gpus = [0, 3], GpuMilli = [1000, 500], WaitSeconds = 1.5, Evictions = 2 };
        PodOutcome none = new() { Namespace = "ml", Name = "b", State = PodState.Pending, Reason = "x, y" };
        report = report with { Runs = [report.Runs[0] with { Policy = "default", Seed = 7, Outcomes = [pod, none] }] };
        Assert.That(ReportPages.Text(report, ReportFormat.Csv), Is.EqualTo(
            """
            policy,seed,namespace,name,state,node,gpus,gpu_milli,wait_seconds,evictions,reason
            default,7,ml,a,Finished,n1,0 3,1000 500,1.5,2,
            default,7,ml,b,Pending,,,,,0,"x, y"

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void Names_are_quoted_where_they_need_it()
    {
        SimulationReport report = EdgeReport.OnePoint();
        report = report with { Runs = [report.Runs[0] with { Policy = "a \"b\", c", Seed = 7 }] };
        Assert.That(ReportPages.Text(report, ReportFormat.Csv), Does.EndWith("\n\"a \"\"b\"\", c\",7,0,0.3,12,0\n"));
    }

    [Test]
    public void Fragmentation_that_was_not_measured_is_empty()
    {
        SimulationReport report = EdgeReport.OnePoint();
        report = report with { Runs = [report.Runs[0] with { Seed = 7, Curve = [new CurvePoint { ArrivedPercent = 0, AllocatedPercent = 1.5, FailedPods = 2 }] }] };
        Assert.That(ReportPages.Text(report, ReportFormat.Csv), Does.EndWith("\ndefault,7,0,1.5,,2\n"));
    }
}
