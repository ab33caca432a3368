using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>Prints the figures of every run, their means where there are several seeds, and why pods failed.</summary>
internal static class TableReport
{
    private const int ShownReasons = 5;
    private const string Unknown = "-";

    /// <summary>As kubectl prints what is not there.</summary>
    private const string None = "<none>";

    public static void Write(SimulationReport report, bool wide, TextWriter output)
    {
        IReadOnlyList<PolicyOutcome> outcomes = PolicyOutcome.Of(report);
        List<TableColumn> columns = Columns(report, outcomes, wide);
        TextTable table = new(["POLICY", "SEED", .. columns.Select(c => c.Heading)]);
        foreach (PolicyOutcome outcome in outcomes)
        {
            foreach (SimulationRun run in outcome.Runs)
            {
                table.Add([run.Policy, ReportText.Seed(run.Seed), .. columns.Select(c => c.Print([run]) ?? Unknown)]);
            }

            if (outcome.Runs.Count > 1)
            {
                table.Add([outcome.Policy.Name, "mean", .. columns.Select(c => c.Print(outcome.Runs) ?? Unknown)]);
            }
        }

        table.Write(output);
        WriteFailures(outcomes, wide, output);
        WritePods(report, output);
    }

    private static List<TableColumn> Columns(SimulationReport report, IReadOnlyList<PolicyOutcome> outcomes, bool wide)
    {
        List<TableColumn> columns = [Count("PODS", r => r.Pods), Count("PLACED", r => r.Placed), Count("FAILED", r => r.Failed)];
        if (report.Workload.Timed)
        {
            columns.Add(Percent("UTILIZATION", r => r.Queueing?.MeanAllocatedPercent));
            columns.Add(Time("WAIT-P50", r => r.Queueing?.Waiting.P50Seconds));
            columns.Add(Time("WAIT-P95", r => r.Queueing?.Waiting.P95Seconds));
            columns.Add(Time("MAKESPAN", r => r.Queueing?.MakespanSeconds));
        }
        else
        {
            IReadOnlyList<int> marks = LoadMarks.Of(outcomes);
            columns.AddRange(marks.Select(m => Percent($"ALLOCATED@{m}%", r => Point(r, m)?.AllocatedPercent)));
            columns.Add(Percent($"FRAGMENTED@{marks[0]}%", r => Point(r, marks[0])?.FragmentedPercent));
        }

        if (outcomes.Any(o => o.Runs.Any(r => r.Jobs is not null)))
        {
            columns.Add(Count("JOBS", r => r.Jobs?.Placed));
            columns.Add(Time("JOB-WAIT", r => r.Jobs?.Waiting?.MeanSeconds));
            columns.Add(Count("CROSS-DOMAIN", r => r.Jobs?.CrossDomain));
        }

        columns.Add(new TableColumn("SECONDS", r => r.Seconds, s => ReportText.Number(s, "0.00")));
        if (!wide)
        {
            return columns;
        }

        if (report.Workload.Timed)
        {
            columns.Add(Time("WAIT-MEAN", r => r.Queueing?.Waiting.MeanSeconds));
            columns.Add(Time("WAIT-P99", r => r.Queueing?.Waiting.P99Seconds));
            columns.Add(Count("FAILED-ATTEMPTS", r => r.Queueing?.FailedAttempts));
        }

        columns.Add(Percent("ARRIVED", r => r.ArrivedPercent));
        columns.Add(Percent("ALLOCATED", r => r.AllocatedPercent));
        columns.Add(Percent("FRAGMENTED", r => r.Curve.Count == 0 ? null : r.Curve[^1].FragmentedPercent));
        if (outcomes.Any(o => o.Runs.Any(r => r.Bandwidth is not null)))
        {
            columns.Add(Percent("BANDWIDTH", r => r.Bandwidth?.MeanPercent));
        }

        AddJobs(columns, outcomes);
        columns.AddRange(FailureKinds.All.Select(k => Count($"FAILED-{FailureKinds.Heading(k)}", r => r.Failures.Where(f => f.RequestKind == k).Sum(f => f.Pods))));
        columns.Add(new TableColumn("PODS/S", r => r.PodsPerSecond, s => ReportText.Number(s, "0")));
        return columns;
    }

    private static void AddJobs(List<TableColumn> columns, IReadOnlyList<PolicyOutcome> outcomes)
    {
        if (outcomes.SelectMany(o => o.Runs).FirstOrDefault(r => r.Jobs is not null) is not { Jobs: { } jobs })
        {
            return;
        }

        columns.Add(Count("JOBS-FAILED", r => r.Jobs?.Failed));
        columns.Add(Time("JOB-WAIT-P95", r => r.Jobs?.Waiting?.P95Seconds));
        if (outcomes.Any(o => o.Runs.Any(r => r.Jobs?.Bandwidth is not null)))
        {
            columns.Add(Percent("JOB-BANDWIDTH", r => r.Jobs?.Bandwidth?.MeanPercent));
        }

        foreach (string level in jobs.Levels.Select(l => l.Level))
        {
            string name = ReportText.LevelName(level).ToUpperInvariant();
            columns.Add(Count($"CROSS-{name}", r => LevelOf(r, level)?.Crossing));
            columns.Add(Count($"LARGEST-{name}", r => LevelOf(r, level)?.MeanLargestGpus));
        }
    }

    private static DomainLevelSummary? LevelOf(SimulationRun run, string level) => run.Jobs?.Levels.FirstOrDefault(l => l.Level == level);

    private static void WriteFailures(IReadOnlyList<PolicyOutcome> outcomes, bool wide, TextWriter output)
    {
        if (outcomes.All(o => o.Runs.All(r => r.Failures.Count == 0)))
        {
            return;
        }

        output.Write('\n');
        TextTable table = new(["POLICY", "FAILED", .. FailureKinds.All.Select(FailureKinds.Heading), "REASON"]);
        foreach (PolicyOutcome outcome in outcomes)
        {
            IReadOnlyDictionary<(string, RequestKind), double> counts = outcome.FailuresBy(f => (f.Reason, f.RequestKind));
            var reasons = outcome.FailuresBy(f => f.Reason).OrderByDescending(f => f.Value).ThenBy(f => f.Key, StringComparer.Ordinal).ToList();
            foreach ((string reason, double pods) in reasons.Take(wide ? int.MaxValue : ShownReasons))
            {
                IEnumerable<string> kinds = FailureKinds.All.Select(k => ReportText.Count(counts.GetValueOrDefault((reason, k))));
                table.Add([outcome.Policy.Name, ReportText.Count(pods), .. kinds, reason]);
            }

            if (!wide && reasons.Count > ShownReasons)
            {
                double rest = reasons.Skip(ShownReasons).Sum(r => r.Value);
                string[] blanks = [.. FailureKinds.All.Select(_ => Unknown)];
                table.Add([outcome.Policy.Name, ReportText.Count(rest), .. blanks, $"{ReportText.Counted(reasons.Count - ShownReasons, "more reason")} (-o wide shows all)"]);
            }
        }

        table.Write(output);
    }

    private static void WritePods(SimulationReport report, TextWriter output)
    {
        if (report.Runs.All(r => r.Outcomes is null))
        {
            return;
        }

        output.Write('\n');
        TextTable table = new(["POLICY", "SEED", "NAMESPACE", "NAME", "STATE", "NODE", "GPUS", .. report.Workload.Timed ? ["WAIT"] : Array.Empty<string>(), "REASON"]);
        foreach (SimulationRun run in report.Runs)
        {
            foreach (PodOutcome pod in run.Outcomes ?? [])
            {
                string[] wait = report.Workload.Timed ? [pod.WaitSeconds is { } seconds ? ReportText.Duration(seconds) : Unknown] : [];
                table.Add([run.Policy, ReportText.Seed(run.Seed), pod.Namespace, pod.Name, pod.State.ToString(), pod.Node ?? None, Gpus(pod), .. wait, pod.Reason ?? ""]);
            }
        }

        table.Write(output);
    }

    /// <summary>The GPUs, with the share where it is not all of them: <c>0,1</c>, <c>3 (400m)</c>.</summary>
    private static string Gpus(PodOutcome pod) =>
        pod.Gpus is { } gpus ? string.Join(',', gpus.Zip(pod.GpuMilli!, (gpu, milli) => milli == Device.FullMilli ? Whole(gpu) : $"{Whole(gpu)} ({Whole(milli)}m)")) : None;

    private static string Whole(int number) => ReportText.Number(number, "0");

    private static CurvePoint? Point(SimulationRun run, int percent) => run.Curve.FirstOrDefault(p => p.ArrivedPercent == percent);

    private static TableColumn Count(string heading, Func<SimulationRun, double?> figure) => new(heading, figure, v => ReportText.Number(v, "0.#"));

    private static TableColumn Percent(string heading, Func<SimulationRun, double?> figure) => new(heading, figure, ReportText.ExactPercent);

    private static TableColumn Time(string heading, Func<SimulationRun, double?> figure) => new(heading, figure, ReportText.Duration);
}
