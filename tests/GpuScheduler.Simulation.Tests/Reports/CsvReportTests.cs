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
