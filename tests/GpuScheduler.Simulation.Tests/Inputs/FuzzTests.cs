using CsCheck;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation.Tests;

public sealed class FuzzTests
{
    private const string Alphabet = "0123456789,\"\n\r:-[]{}&*#|> abcgpu\t\0é";

    private static readonly string Scenario = ScenarioCatalog.Read("mixed");

    /// <summary>Up to three cuts or replacements of a text.</summary>
    private static Gen<string> Broken(string text) =>
        Gen.Select(Gen.Int[0, text.Length], Gen.Int[0, 12], Gen.String[Gen.Char[Alphabet], 0, 6]).Array[1, 3]
            .Select(edits => edits.Aggregate(text, static (t, edit) =>
            {
                int at = Math.Min(edit.Item1, t.Length);
                return t[..at] + edit.Item3 + t[Math.Min(t.Length, at + edit.Item2)..];
            }));

    private static bool IsSound((Workload? Workload, ConfigurationErrors Errors) result) =>
        result.Workload is not null ? result.Errors.Count == 0 : result.Errors.Count > 0 && result.Errors.All(e => e.Message.Length > 0);

    [Test]
    public void A_broken_trace_is_a_workload_or_errors_with_lines() =>
        Gen.Select(Broken(Files.Nodes), Broken(Files.Pods), Broken("0\n1\n2\n3\n")).Sample((nodes, pods, order) =>
        {
            (Workload? Workload, ConfigurationErrors Errors) result = Files.Trace(nodes, pods, order).ReadTrace();
            // What has become a manifest by its first line is read as one, and then --order is wrong.
            return IsSound(result) && result.Errors.All(e => e.Line > 0 || e.File == WorkloadSource.OrderOption);
        }, iter: 3000);

    [Test]
    public void A_truncated_trace_is_a_workload_or_errors_with_lines() =>
        Gen.Select(Gen.Int[0, Files.Nodes.Length], Gen.Int[0, Files.Pods.Length]).Sample((nodes, pods) =>
        {
            (Workload? Workload, ConfigurationErrors Errors) result = Files.Trace(Files.Nodes[..nodes], Files.Pods[..pods]).ReadTrace();
            return IsSound(result) && result.Errors.All(e => e.Line > 0);
        }, iter: 500);

    [Test]
    public void A_truncated_dump_is_a_workload_or_errors() =>
        Gen.Int[0, Dumps.Cluster.Length].Sample(length =>
            IsSound(new Files().With("c.yaml", Dumps.Cluster[..length]).Read(new WorkloadSource { ClusterPaths = ["c.yaml"] })), iter: 300);

    [Test]
    public void Random_bytes_are_errors() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
            IsSound(Files.Trace().With("nodes.csv", bytes).ReadTrace()) && IsSound(new Files().With("s.yaml", bytes).Read(new WorkloadSource { Scenario = "s.yaml" })), iter: 1000);

    [Test]
    public void A_broken_scenario_is_a_workload_or_errors() =>
        Broken(Scenario).Sample(yaml => IsSound(new Files().With("s.yaml", yaml).Read(new WorkloadSource { Scenario = "s.yaml" })), iter: 300);

    [Test]
    public void A_broken_dump_is_a_workload_or_errors() =>
        Broken(Dumps.Cluster).Sample(yaml => IsSound(new Files().With("c.yaml", yaml).Read(new WorkloadSource { ClusterPaths = ["c.yaml"] })), iter: 1000);
}
