namespace GpuScheduler.Simulation;

/// <summary>Writes the report as a web page that needs nothing but itself: no script, no other file, no network.</summary>
internal static class HtmlReport
{
    public static void Write(SimulationReport report, TextWriter output)
    {
        IReadOnlyList<PolicyOutcome> outcomes = PolicyOutcome.Of(report);
        Headline headline = Headline.Of(report, outcomes);
        Markup page = new(output);
        page.Raw("<!DOCTYPE html>\n").Open("html", ("lang", "en")).Open("head").Empty("meta", ("charset", "utf-8"));
        page.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        page.Empty("meta", ("name", "color-scheme"), ("content", "light dark"));
        page.Element("title", $"{headline.Answer} — {report.Workload.Name}");
        page.Open("style").Raw(StyleSheet.Text(outcomes.Count)).Close().CloseLine();
        page.Open("body").Open("main");
        Introduction.Write(page, report, headline);
        if (outcomes.Count > 0)
        {
            if (report.Workload.Timed)
            {
                TimedSections.Write(page, outcomes);
            }
            else
            {
                AllocationSection.Write(page, outcomes);
            }

            JobSections.Write(page, outcomes);
            FragmentationSection.Write(page, report, outcomes);
            FailureSection.Write(page, report, outcomes);
            DeviceSection.Write(page, outcomes);
            NumbersSection.Write(page, report, outcomes);
            PolicySection.Write(page, outcomes);
        }

        page.Element("footer", "Written by gpusched simulate. The same inputs and seeds give the same page, but for the seconds that the runs took.");
        page.Close().Close().CloseLine();
    }
}
