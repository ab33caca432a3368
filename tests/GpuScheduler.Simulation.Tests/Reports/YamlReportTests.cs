using System.Globalization;
using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace GpuScheduler.Simulation.Tests;

public sealed class YamlReportTests
{
    [Test]
    public void It_is_the_same_document_as_the_json()
    {
        foreach (SimulationReport report in new[]
        {
            SyntheticReport.Make(policies: 1, seeds: 1, timed: true, nodeScale: 0.02), EdgeReport.Empty(), EdgeReport.WithoutRuns(), EdgeReport.Hostile(),
        })
        {
            using StringReader text = new(ReportPages.Text(report, ReportFormat.Yaml));
            YamlStream stream = [];
            stream.Load(text);
            AssertSame(JsonDocument.Parse(ReportPages.Text(report, ReportFormat.Json)).RootElement, stream.Documents.Single().RootNode);
        }
    }

    [Test]
    public void Rows_of_the_curve_are_lines() =>
        Assert.That(
            ReportPages.Text(SyntheticReport.Make(policies: 1, seeds: 1, nodeScale: 0), ReportFormat.Yaml).Split('\n'),
            Has.Exactly(131).Matches("^ +- \\{arrivedPercent: [0-9]+, allocatedPercent: [0-9.]+, fragmentedPercent: [0-9.]+, failedPods: [0-9]+\\}$"));

    [TestCase("no")]
    [TestCase("null")]
    [TestCase("1e3")]
    [TestCase("0x1F")]
    [TestCase("~")]
    [TestCase("a: b")]
    [TestCase(" a")]
    [TestCase("")]
    public void A_name_that_looks_like_something_else_is_quoted(string name)
    {
        SimulationReport report = EdgeReport.WithoutRuns() with { Policies = [new PolicySummary { Name = name, Description = "-" }] };
        Assert.That(ReportPages.Text(report, ReportFormat.Yaml), Does.Contain($"name: \"{name}\""));
    }

    private static void AssertSame(JsonElement json, YamlNode yaml)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                YamlMappingNode map = (YamlMappingNode)yaml;
                Assert.That(map.Children.Keys.Select(k => k.ToString()), Is.EqualTo(json.EnumerateObject().Select(p => p.Name)));
                foreach (JsonProperty property in json.EnumerateObject())
                {
                    AssertSame(property.Value, map[property.Name]);
                }

                break;
            case JsonValueKind.Array:
                YamlSequenceNode list = (YamlSequenceNode)yaml;
                Assert.That(list.Children, Has.Count.EqualTo(json.GetArrayLength()));
                for (int i = 0; i < json.GetArrayLength(); i++)
                {
                    AssertSame(json[i], list[i]);
                }

                break;
            case JsonValueKind.Number:
                Assert.That(double.Parse(((YamlScalarNode)yaml).Value!, CultureInfo.InvariantCulture), Is.EqualTo(json.GetDouble()));
                break;
            default:
                Assert.That(((YamlScalarNode)yaml).Value, Is.EqualTo(json.ValueKind == JsonValueKind.String ? json.GetString() : json.GetRawText()));
                break;
        }
    }
}
