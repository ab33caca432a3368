using System.Text.RegularExpressions;
using GpuScheduler.Cluster;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Server.Tests;

/// <summary>What <c>promtool check metrics</c> would say, and what our documentation promises.</summary>
public sealed partial class MetricsLintTests
{
    private static readonly string[] BaseUnits = ["seconds", "bytes"];
    private static readonly string[] OtherUnits = ["milliseconds", "ms", "microseconds", "minutes", "hours", "mib", "gib", "kilobytes", "megabytes", "percent"];

    [Test]
    public async Task Names_types_and_units_follow_the_conventions_of_Prometheus()
    {
        PrometheusText scraped = await ScrapeOursAsync();
        Assert.Multiple(() =>
        {
            foreach ((string name, string type) in scraped.Types.Where(t => IsOurs(t.Key)))
            {
                string[] words = name.Split('_');
                Assert.That(name, Does.Match("^[a-z][a-z0-9_]*$"));
                Assert.That(scraped.Help.GetValueOrDefault(name), Is.Not.Null.And.Not.Empty, $"{name} has no help");
                Assert.That(name.EndsWith("_total", StringComparison.Ordinal), Is.EqualTo(type == "counter"), $"{name}: a counter, and nothing else, ends in _total");
                Assert.That(words, Has.None.AnyOf([.. OtherUnits]), $"{name}: base units only");
                Assert.That(words, Has.None.AnyOf("counter", "gauge", "histogram", "summary", "count", "sum", "bucket"), $"{name}: the type is not part of the name");
                Assert.That(words[..^1], Has.None.AnyOf([.. BaseUnits]), $"{name}: the unit comes last");
                Assert.That(
                    name.Contains("duration", StringComparison.Ordinal), Is.EqualTo(name.EndsWith("duration_seconds", StringComparison.Ordinal)),
                    $"{name}: a duration is in seconds");
            }
        });
    }

    [Test]
    public async Task Histograms_are_cumulative_and_end_with_infinity()
    {
        PrometheusText scraped = await ScrapeOursAsync();
        string[] histograms = [.. scraped.Types.Where(t => t.Value == "histogram").Select(t => t.Key)];
        Assert.That(histograms, Is.Not.Empty);
        foreach (string name in histograms)
        {
            foreach (IGrouping<string, KeyValuePair<string, double>> series in scraped.Samples
                .Where(s => s.Key.StartsWith(name + "_bucket{", StringComparison.Ordinal))
                .GroupBy(s => Le().Replace(s.Key, "")))
            {
                Assert.That(series.Select(s => s.Value), Is.Ordered, series.Key);
                Assert.That(series.Last().Key, Does.Contain("le=\"+Inf\""));
                string count = series.Key.Replace("_bucket", "_count", StringComparison.Ordinal).Replace("{}", "", StringComparison.Ordinal).Replace(",}", "}", StringComparison.Ordinal);
                Assert.That(scraped[count], Is.EqualTo(series.Last().Value));
            }
        }
    }

    [Test]
    public async Task Labels_are_lower_case_and_say_nothing_about_single_pods_or_nodes()
    {
        PrometheusText scraped = await ScrapeOursAsync();
        string[] labels = [.. scraped.Samples.Keys.Where(IsOurs).SelectMany(k => Label().Matches(k).Select(m => m.Groups[1].Value)).Distinct().Order()];
        Assert.That(labels, Is.EqualTo(new[]
        {
            "attempts", "kind", "le", "outcome", "product", "profile", "queue", "reason", "resource", "result", "state", "type", "version",
        }));
    }

    [Test]
    public async Task Every_metric_is_in_the_operations_manual_and_the_manual_names_no_other()
    {
        PrometheusText scraped = await ScrapeOursAsync();
        string manual = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operations.md"));
        IEnumerable<string> documented = TableRow().Matches(manual).Select(m => m.Groups[1].Value).Where(IsOurs);
        Assert.That(documented, Is.EquivalentTo(scraped.Types.Keys.Where(IsOurs)));
    }

    private static async Task<PrometheusText> ScrapeOursAsync()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        SchedulerMetrics metrics = server.Metrics;
        metrics.ObserveAttempt(AttemptOutcome.Scheduled, "gpu", TimeSpan.FromMilliseconds(1));
        metrics.ObserveScheduled(1, TimeSpan.FromMilliseconds(1));
        metrics.ObservePreemption(1);
        metrics.CountVictims(1, 1);
        metrics.IncGangAttempts(AttemptOutcome.Scheduled, "gpu");
        metrics.ObserveGangStarted(TimeSpan.FromSeconds(1));
        metrics.IncBindOutcomes("bound");
        metrics.IncWatchRestarts("pods", "expired");
        metrics.IncDecodeFailures("pods");
        metrics.IncReconcileDrift("pod-missing");
        ClusterWriter cluster = new(_ => 0);
        cluster.SetNodes(new Node { Name = "n", Shape = DeviceShape.Uniform("Tesla-T4", 1) });
        cluster.Publish();
        metrics.ReadFrom(() => new SchedulerReadings { Snapshot = cluster.Head, Watches = [new WatchReading("pods", TimeSpan.Zero)] });
        return await server.ScrapeAsync();
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("scheduler_", StringComparison.Ordinal) || name.StartsWith("gpuscheduler_", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<=[{,])le=""[^""]*""")]
    private static partial Regex Le();

    [GeneratedRegex(@"[{,]([a-zA-Z_]+)=""")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\| `([a-z_]+)", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
