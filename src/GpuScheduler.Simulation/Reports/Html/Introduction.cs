namespace GpuScheduler.Simulation;

/// <summary>The answer first, then what was simulated.</summary>
internal static class Introduction
{
    public static void Write(Markup page, SimulationReport report, Headline headline)
    {
        ClusterSummary cluster = report.Cluster;
        WorkloadSummary workload = report.Workload;
        page.Open("header").Element("p", $"GPU scheduling simulation · {workload.Name}", ("class", "kicker"));
        page.Element("h1", $"{headline.Answer}.");
        if (headline.Rest.Length > 0)
        {
            page.Element("p", $"{headline.Rest}.", ("class", "rest"));
        }

        page.Open("dl", ("class", "facts"));
        Fact(page, "Cluster", $"{ReportText.Counted(cluster.Nodes, "node")}, {ReportText.Counted(cluster.Gpus, "GPU")}", Models(cluster));
        Fact(page, "Workload", $"{ReportText.Counted(workload.Pods, "pod")}, {Demand(report)}", Mix(workload));
        Fact(page, "Rules", Rules(workload), Seeds(report));
        page.Close().CloseLine();
    }

    private static void Fact(Markup page, string name, string value, string detail) =>
        page.Open("div").Element("dt", name).Element("dd", value).Element("dd", detail, ("class", "detail")).Close();

    private static string Models(ClusterSummary cluster) =>
        string.Join(", ", cluster.Models.OrderByDescending(m => m.Gpus).ThenBy(m => m.Model, StringComparer.Ordinal).Select(m => $"{ReportText.Count(m.Gpus)} {m.Model}"));

    private static string Demand(SimulationReport report) => report.Cluster.GpuMilli == 0 || report.Workload.Timed
        ? $"asking for {ReportText.Counted(report.Workload.GpuMilli / 1000, "GPU")} in all"
        : $"asking for {ReportText.Number(100.0 * report.Workload.GpuMilli / report.Cluster.GpuMilli, "0")}% of the GPUs";

    private static string Mix(WorkloadSummary workload) =>
        workload.Pods == 0 ? "" : string.Join(", ", FailureKinds.All.Where(k => workload.PodsOf(k) > 0)
            .Select(k => $"{ReportText.Number(100.0 * workload.PodsOf(k) / workload.Pods, "0.#")}% {ReportText.Kind(k)}"));

    private static string Rules(WorkloadSummary workload) => workload.Timed
        ? "Pods come, wait until they fit, run, and leave"
        : "Each pod is tried once, in order; one that does not fit is lost";

    private static string Seeds(SimulationReport report)
    {
        ulong[] seeds = [.. report.Runs.Select(r => r.Seed).Distinct().Order()];
        string bound = report.Workload.BoundPods == 0 ? "" : $"{ReportText.Counted(report.Workload.BoundPods, "pod")} held nodes before. ";
        return $"{bound}{(seeds.Length == 1 ? "Seed" : "Figures are means over seeds")} {ReportText.Listed([.. seeds.Take(8).Select(ReportText.Seed)])}{(seeds.Length > 8 ? " …" : "")}.";
    }
}
