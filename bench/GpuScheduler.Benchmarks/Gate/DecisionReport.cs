using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// The decision benchmarks without BenchmarkDotNet: the fastest and the middle of many runs, for machines that are busy with other things, where means say little.
/// A pod through the whole loop, and the first question about a class.
/// </summary>
internal static class DecisionReport
{
    /// <summary>One, and one a processor.</summary>
    private static int[] ThreadCounts => Environment.ProcessorCount == 1 ? [1] : [1, Environment.ProcessorCount];

    public static int Run(TextWriter output)
    {
        double few = WholeLoop(output, 10_000), many = WholeLoop(output, 100_000);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"from 10,000 to 100,000 nodes a decision grows {many / few:F2} times"));
        foreach (int nodes in (int[])[10_000, 100_000])
        {
            ColdClasses(output, nodes);
        }

        return 0;
    }

    private static double WholeLoop(TextWriter output, int nodes)
    {
        const int Decisions = 300;
        Churn churn = new(nodes);
        double[] times = FastestFirst.Microseconds(500, () =>
        {
            for (int i = 0; i < Decisions; i++)
            {
                churn.Step();
            }
        });
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"a pod through the whole loop, {nodes} nodes: {times[0] / Decisions:F2} us at the fastest, {times[times.Length / 2] / Decisions:F2} in the middle"));
        return times[0];
    }

    private static void ColdClasses(TextWriter output, int nodes)
    {
        ClusterWriter writer = BenchCluster.Make(nodes);
        PodClass[] classes = BenchCluster.Classes(writer);
        BenchCluster.Fill(writer, classes, 0.66);
        Profile filters = Profiles.FiltersOnly(), lean = Profiles.Lean(writer, classes), full = Profiles.Default(writer, classes);
        (string Kind, PodClass Class)[] kinds = [("a share", classes[13]), ("a share in one zone of three", classes[14]), ("a whole GPU", classes[27]), ("no GPU", classes[5])];
        Cold("filters", filters, kinds[0]);
        foreach ((string, PodClass) kind in kinds)
        {
            Cold("filters and resource, taint, affinity and GPU scores", lean, kind);
        }

        Cold("default profile", full, kinds[0]);

        void Cold(string what, Profile profile, (string Kind, PodClass Class) of)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"first question, {nodes} nodes, {what}, {of.Kind}, ns a node at the fastest (in the middle):"));
            foreach (int threads in ThreadCounts)
            {
                Evaluator evaluator = new(profile, parallelism: threads);
                double[] times = FastestFirst.Microseconds(nodes > 50_000 ? 100 : 600, () =>
                {
                    evaluator.Forget(of.Class);
                    evaluator.Decide(of.Class, writer.Working, 0);
                });
                output.Write(string.Create(CultureInfo.InvariantCulture, $" {threads} thread(s) {times[0] * 1000 / nodes:F1} ({times[times.Length / 2] * 1000 / nodes:F1})"));
            }

            output.WriteLine();
        }
    }
}
