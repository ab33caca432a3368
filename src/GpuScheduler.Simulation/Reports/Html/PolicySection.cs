namespace GpuScheduler.Simulation;

/// <summary>How each policy works.</summary>
internal static class PolicySection
{
    public static void Write(Markup page, IReadOnlyList<PolicyOutcome> outcomes)
    {
        page.Open("section").Element("h2", "How each policy works").Open("dl", ("class", "policies"));
        foreach (PolicyOutcome outcome in outcomes)
        {
            page.Open("div");
            Section.Swatch(page, outcome, "dt");
            page.Element("dd", outcome.Policy.Description).CloseLine();
        }

        page.Close().CloseLine();
    }
}
