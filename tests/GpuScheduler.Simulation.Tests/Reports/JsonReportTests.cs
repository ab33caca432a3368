using System.Text.Json;

namespace GpuScheduler.Simulation.Tests;

public sealed class JsonReportTests
{
    private static readonly SimulationReport Small = SyntheticReport.Make(policies: 2, seeds: 2, nodeScale: 0.05);

    [Test]
    public void The_document_has_the_promised_fields()
    {
        JsonElement root = Parse(Small);
        JsonElement run = root.GetProperty("runs")[1];
        JsonElement point = run.GetProperty("curve")[100];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(root.GetProperty("apiVersion").GetString(), Is.EqualTo("gpuscheduler.dev/v1alpha1"));
            Assert.That(root.GetProperty("kind").GetString(), Is.EqualTo("SimulationReport"));
            Assert.That(root.GetProperty("runs").GetArrayLength(), Is.EqualTo(4));
            Assert.That(run.GetProperty("policy").GetString(), Is.EqualTo("default"));
            Assert.That(run.GetProperty("seed").GetUInt64(), Is.EqualTo(43));
            Assert.That(run.GetProperty("pods").GetInt32(), Is.EqualTo(10866));
            Assert.That(run.GetProperty("placed").GetInt32(), Is.EqualTo(Small.Runs[1].Placed));
            Assert.That(run.GetProperty("seconds").GetDouble(), Is.EqualTo(Small.Runs[1].Seconds));
            Assert.That(point.GetProperty("arrivedPercent").GetInt32(), Is.EqualTo(100));
            Assert.That(point.GetProperty("allocatedPercent").GetDouble(), Is.EqualTo(Small.Runs[1].Curve[100].AllocatedPercent));
            Assert.That(run.GetProperty("curve").GetArrayLength(), Is.EqualTo(131));
            Assert.That(run.TryGetProperty("queueing", out _), Is.False);
        }
    }

    [Test]
    public void Every_field_is_documented_and_every_documented_field_exists()
    {
        SortedSet<string> printed = [];
        Collect(Parse(SyntheticReport.Make(policies: 1, seeds: 1, timed: true, nodeScale: 0.05)), "", printed);
        string[] documented =
        [
            .. File.ReadAllLines(Path.Combine(RepositoryRoot(), "docs", "simulation-output.md"))
                .SkipWhile(l => !l.StartsWith("| Field |", StringComparison.Ordinal)).Skip(2).TakeWhile(l => l.StartsWith("| `", StringComparison.Ordinal))
                .Select(l => l.Split('`')[1]),
        ];
        Assert.That(documented, Is.EquivalentTo(printed));
    }

    [Test]
    public void Percents_have_two_decimals_and_no_negative_zero()
    {
        CurvePoint point = new() { ArrivedPercent = 1, AllocatedPercent = 95.20499999, FragmentedPercent = -0.0001, FailedPods = 0 };
        Assert.That(point.AllocatedPercent, Is.EqualTo(95.2));
        SimulationReport report = Small with { Runs = [Small.Runs[0] with { Curve = [point] }] };
        Assert.That(
            ReportPages.Text(report, ReportFormat.Json),
            Does.Contain("{\"arrivedPercent\": 1, \"allocatedPercent\": 95.2, \"fragmentedPercent\": 0, \"failedPods\": 0}"));
    }

    [Test]
    public void A_number_that_is_none_is_refused() =>
        Assert.That(
            () => new CurvePoint { ArrivedPercent = 1, AllocatedPercent = double.NaN, FailedPods = 0 },
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("finite"));

    [Test]
    public void What_was_not_measured_is_left_out()
    {
        CurvePoint point = new() { ArrivedPercent = 1, AllocatedPercent = 1, FailedPods = 0 };
        JsonElement run = Parse(Small with { Runs = [Small.Runs[0] with { Curve = [point] }] }).GetProperty("runs")[0];
        Assert.That(run.GetProperty("curve")[0].TryGetProperty("fragmentedPercent", out _), Is.False);
    }

    [Test]
    public void Without_timings_two_reports_that_differ_in_them_are_the_same_bytes()
    {
        SimulationReport slower = Small with { Runs = [.. Small.Runs.Select(r => r with { Seconds = r.Seconds * 7 })] };
        foreach (ReportFormat format in Enum.GetValues<ReportFormat>())
        {
            Assert.That(
                ReportPages.Text(slower.WithoutTimings(), format), Is.EqualTo(ReportPages.Text(Small.WithoutTimings(), format)), format.ToString());
        }

        Assert.That(ReportPages.Text(slower, ReportFormat.Json), Is.Not.EqualTo(ReportPages.Text(Small, ReportFormat.Json)));
        Assert.That(ReportPages.Html(slower.WithoutTimings()), Is.EqualTo(ReportPages.Html(Small.WithoutTimings())));
        Assert.That(Parse(Small.WithoutTimings()).GetProperty("runs")[0].TryGetProperty("seconds", out _), Is.False);
    }

    [Test]
    public void Hostile_names_come_back_as_they_were() =>
        Assert.That(Parse(EdgeReport.Hostile()).GetProperty("policies")[0].GetProperty("name").GetString(), Is.EqualTo(EdgeReport.HostileName));

    [Test]
    public void A_seed_of_64_bits_is_printed_in_full()
    {
        foreach (ReportFormat format in Enum.GetValues<ReportFormat>())
        {
            Assert.That(ReportPages.Text(EdgeReport.OnePoint(), format), Does.Contain("18446744073709551615"), format.ToString());
        }

        Assert.That(ReportPages.Html(EdgeReport.OnePoint()), Does.Contain("18446744073709551615"));
    }

    private static JsonElement Parse(SimulationReport report) => JsonDocument.Parse(ReportPages.Text(report, ReportFormat.Json)).RootElement;

    private static void Collect(JsonElement value, string path, SortedSet<string> paths)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    Collect(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", paths);
                }

                break;
            case JsonValueKind.Array when value.EnumerateArray().Any(v => v.ValueKind == JsonValueKind.Object):
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Collect(item, $"{path}[]", paths);
                }

                break;
            default:
                paths.Add(path);
                break;
        }
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GpuScheduler.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
