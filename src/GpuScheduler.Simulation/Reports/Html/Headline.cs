namespace GpuScheduler.Simulation;

/// <summary>The answer of a report in a sentence, and the figures of the other policies in another.</summary>
internal sealed record Headline(string Answer, string Rest)
{
    public static Headline Of(SimulationReport report, IReadOnlyList<PolicyOutcome> outcomes)
    {
        if (outcomes.Count == 0)
        {
            return new Headline("No policy was simulated", "");
        }

        if (report.Workload.Pods == 0)
        {
            return new Headline("No pod came to this cluster", "There is nothing to compare: the workload is empty.");
        }

        if (report.Cluster.Gpus == 0)
        {
            return Best(
                outcomes, o => o.Over(r => 100.0 * r.Placed / Math.Max(1, r.Pods)).Mean,
                (names, value) => $"{names} placed {value} of the pods; this cluster has no GPUs");
        }

        if (report.Workload.Timed)
        {
            return Best(
                outcomes, o => o.Over(r => r.Queueing?.MeanAllocatedPercent)?.Mean,
                (names, value) => $"{names} kept {value} of the GPUs allocated, averaged over the run");
        }

        int mark = LoadMarks.Of(outcomes)[0];
        if (mark == 0)
        {
            return Best(
                outcomes, o => o.Over(r => 100.0 * r.Placed / Math.Max(1, r.Pods)).Mean,
                (names, value) => $"{names} placed {value} of the pods; they ask for less than 1% of the GPUs");
        }

        return Best(
            outcomes, o => o.AllocatedAt(mark)?.Mean,
            (names, value) => $"{names} allocated {value} of the GPUs when demand reached {(mark == 100 ? "capacity" : $"{mark}% of capacity")}");
    }

    /// <summary>Policies that print the same figure share the first place.</summary>
    private static Headline Best(IReadOnlyList<PolicyOutcome> outcomes, Func<PolicyOutcome, double?> figure, Func<string, string, string> answer)
    {
        var ranked = outcomes.Select(o => (o.Policy.Name, Value: figure(o))).Where(o => o.Value is not null)
            .OrderByDescending(o => o.Value).Select(o => (o.Name, Value: ReportText.Percent(o.Value!.Value))).ToList();
        if (ranked.Count == 0)
        {
            return new Headline("The runs ended before there was anything to compare", "");
        }

        string[] first = [.. ranked.TakeWhile(r => r.Value == ranked[0].Value).Select(r => r.Name)];
        string rest = string.Join(", ", ranked.Skip(first.Length).Select(r => $"{r.Name} {r.Value}"));
        return new Headline(answer(ReportText.Listed(first), ranked[0].Value), rest);
    }
}
