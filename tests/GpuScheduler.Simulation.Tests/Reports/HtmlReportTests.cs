namespace GpuScheduler.Simulation.Tests;

public sealed class HtmlReportTests
{
    [Test, Explicit("Writes pages to look at")]
    public void Pages_to_look_at()
    {
        string folder = TestContext.Parameters.Get("pages", Path.GetTempPath());
        File.WriteAllText(Path.Combine(folder, "many.html"), ReportPages.Html(SyntheticReport.Make()));
        File.WriteAllText(Path.Combine(folder, "one.html"), ReportPages.Html(SyntheticReport.Make(policies: 1, seeds: 1, reach: 63)));
        File.WriteAllText(Path.Combine(folder, "timed.html"), ReportPages.Html(SyntheticReport.Make(policies: 3, seeds: 2, timed: true)));
    }
}
