namespace GpuScheduler.Simulation;

/// <summary>The parts that sections are made of.</summary>
internal static class Section
{
    /// <summary>Opens a section with its heading and how to read it, in a sentence.</summary>
    public static Markup Open(Markup page, string heading, string howToRead) =>
        page.Open("section").Element("h2", heading).Element("p", howToRead, ("class", "how"));

    /// <summary>A name beside its colour.</summary>
    public static void Swatch(Markup page, PolicyOutcome outcome, string element = "span") =>
        page.Open(element, ("class", $"key {Palette.Series(outcome.Index)}")).Open("i").Close().Text(outcome.Policy.Name).Close();

    /// <summary>A tab for each policy; <paramref name="name"/> is the same nowhere else on the page.</summary>
    public static void Tabs(Markup page, string name, IReadOnlyList<PolicyOutcome> outcomes, Action<PolicyOutcome> write)
    {
        page.Open("div", ("class", "tabs"));
        for (int i = 0; i < outcomes.Count; i++)
        {
            string id = $"{name}{i}";
            if (i == 0)
            {
                page.Empty("input", ("type", "radio"), ("name", name), ("id", id), ("checked", "checked"));
            }
            else
            {
                page.Empty("input", ("type", "radio"), ("name", name), ("id", id));
            }

            page.Open("label", ("for", id));
            Swatch(page, outcomes[i]);
            page.Close();
        }

        page.Open("div", ("class", "panels"));
        for (int i = 0; i < outcomes.Count; i++)
        {
            page.Open("div", ("class", $"panel p{i}")).Element("h3", outcomes[i].Policy.Name, ("class", "printed"));
            write(outcomes[i]);
            page.Close();
        }

        page.Close().Close();
    }

    /// <summary>A heading row and rows of cells in a box that scrolls sideways where the page is too narrow.</summary>
    public static void TableHead(Markup page, params ReadOnlySpan<string> headings)
    {
        page.Open("div", ("class", "scroll")).Open("table").Open("thead").Open("tr");
        foreach (string heading in headings)
        {
            page.Element("th", heading, ("scope", "col"));
        }

        page.Close().Close().Open("tbody");
    }

    public static void TableEnd(Markup page) => page.Close().Close().CloseLine();
}
