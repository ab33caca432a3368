using System.Globalization;
using System.Text.Json;
using GpuScheduler.Cluster;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// Compares the bytes that the decide path allocates with what <c>expected-allocations.json</c> allows. Bytes are the same on every machine,
/// so this runs in CI, where times would not hold.
/// </summary>
internal static class AllocationGate
{
    private const int Nodes = 2_000, Warm = 4_000, Steps = 2_000;

    /// <returns>0 where every figure is as expected, 1 otherwise.</returns>
    public static int Run(TextWriter output)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "expected-allocations.json");
        Dictionary<string, double> expected = JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(path))!;
        Dictionary<string, double> actual = new(StringComparer.Ordinal)
        {
            ["Decide.BytesPerDecision"] = Decide(),
            ["WholeLoop.BytesPerDecisionBeyondTheQueueEntry"] = WholeLoop(),
        };
        bool good = true;
        foreach ((string name, double bytes) in actual)
        {
            double allowed = expected.GetValueOrDefault(name, double.NaN);
            bool fits = bytes <= allowed;
            good &= fits;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(fits ? "ok  " : "FAIL")} {name}: {bytes:F2} bytes, at most {allowed:F2}"));
        }

        return good ? 0 : 1;
    }

    /// <summary>Evaluate, choose devices, place, remove: nothing.</summary>
    private static double Decide()
    {
        ClusterWriter writer = BenchCluster.Make(Nodes);
        PodClass[] classes = BenchCluster.Classes(writer);
        BenchCluster.Fill(writer, classes, 0.66);
        Evaluator evaluator = new(Profiles.Default(writer, classes));
        Pod[] pods = [.. classes.Select((c, i) => new Pod { Name = $"p{i}", Spec = c.Spec })];
        int[] nodes = new int[pods.Length];
        Array.Fill(nodes, -1);
        void Step(int i)
        {
            int k = i % pods.Length;
            if (nodes[k] >= 0)
            {
                writer.Working.Remove(nodes[k], pods[k]);
            }

            Decision decision = evaluator.Decide(classes[k], writer.Working, i);
            nodes[k] = decision.Node;
            if (decision.IsFound)
            {
                writer.Working.Place(decision.Node, pods[k], classes[k], decision.Devices);
            }

            writer.Working.Settle();
        }

        return Measure(Step);
    }

    /// <summary>The queue keeps one entry for each pod, made when the pod comes; beyond that nothing is allocated.</summary>
    private static double WholeLoop()
    {
        Churn churn = new(Nodes);
        double entry = EntrySize();
        return Math.Max(0, Measure(_ => churn.Step()) - entry);
    }

    private static double EntrySize()
    {
        ClusterWriter writer = BenchCluster.Make(1);
        PodClass podClass = BenchCluster.Classes(writer)[0];
        Pod pod = new() { Name = "p", Spec = podClass.Spec };
        long before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(new Framework.QueuedPodInfo(pod, podClass, default));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static double Measure(Action<int> step)
    {
        for (int i = 0; i < Warm; i++)
        {
            step(i);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Steps; i++)
        {
            step(Warm + i);
        }

        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Steps;
    }
}
