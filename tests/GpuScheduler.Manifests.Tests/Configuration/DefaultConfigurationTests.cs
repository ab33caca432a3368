using System.Collections;
using System.Reflection;
using System.Text.Json;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests.Tests;

public sealed class DefaultConfigurationTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "scheduler-config.yaml"));

    [Test]
    public void The_documented_default_decodes_to_exactly_the_defaults()
    {
        SchedulerConfiguration written = Read(Text);
        SchedulerConfiguration none = Read(Configurations.Header);
        Assert.That(Flat(written), Is.EqualTo(Flat(none)));
        Assert.That(Flat(written with { Profiles = [] }), Is.EqualTo(Flat(new SchedulerConfiguration())));
        Assert.That(written.Profiles.Single().Names(ExtensionPoints.Score), Is.EqualTo(new[]
        {
            "TaintToleration(3)", "NodeAffinity(2)", "NodeResourcesFit(1)", "GpuPriceScore(100)", "GpuLinkScore(12)", "NodeResourcesBalancedAllocation(1)", "ImageLocality(1)",
        }));
    }

    [Test]
    public void Every_field_of_the_configuration_appears_in_the_documented_default()
    {
        MapNode root = Root();
        Assert.Multiple(() =>
        {
            RequireFields(root, typeof(SchedulerConfiguration));
            RequireFields((MapNode)root["leaderElection"]!, typeof(LeaderElectionConfiguration));
            RequireFields((MapNode)root["clientConnection"]!, typeof(ClientConnectionConfiguration));
            MapNode profile = (MapNode)((ListNode)root["profiles"]!).Items.Single();
            foreach (string field in new[] { "schedulerName", "percentageOfNodesToScore", "plugins", "pluginConfig" })
            {
                Assert.That(profile[field], Is.Not.Null, field);
            }
        });
    }

    [Test]
    public void Every_default_plugin_appears_in_the_documented_default_in_its_order()
    {
        MapNode profile = (MapNode)((ListNode)Root()["profiles"]!).Items.Single();
        ListNode enabled = (ListNode)((MapNode)((MapNode)profile["plugins"]!)["multiPoint"]!)["enabled"]!;
        Assert.That(
            enabled.Items.Select(i => ((ScalarNode)((MapNode)i)["name"]!).Text),
            Is.EqualTo(TestCatalog.Default.Plugins.Where(p => p.IsDefault).Select(p => p.Name)));
    }

    [Test]
    public void Every_line_of_a_field_has_a_comment_above_it_or_beside_it()
    {
        string[] lines = Text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            bool isSelfEvident = line.StartsWith('#') || line.Length == 0 || line.StartsWith("apiVersion", StringComparison.Ordinal) || line.StartsWith("kind", StringComparison.Ordinal)
                || line.StartsWith("weight", StringComparison.Ordinal) || line is "multiPoint:" or "enabled:" or "disabled: []";
            Assert.That(isSelfEvident || lines[i - 1].TrimStart().StartsWith('#'), $"line {i + 1}: {line}");
        }
    }

    private static SchedulerConfiguration Read(string text)
    {
        (SchedulerConfiguration? configuration, ConfigurationErrors errors) = SchedulerConfigurationFile.Read("scheduler-config.yaml", text, TestCatalog.Default);
        Assert.That(errors, Is.Empty);
        return configuration!;
    }

    private static MapNode Root() =>
        (MapNode)DocumentParser.ParseOne("scheduler-config.yaml", Text, DocumentOptions.HandWritten, [])!;

    private static void RequireFields(MapNode map, Type record)
    {
        foreach (PropertyInfo property in record.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            Assert.That(map[JsonNamingPolicy.CamelCase.ConvertName(property.Name)], Is.Not.Null, $"{record.Name}.{property.Name}");
        }
    }

    /// <summary>All values by property path: records compare arrays by reference.</summary>
    private static List<string> Flat(object? value, string path = "")
    {
        switch (value)
        {
            case null or string or IFormattable or bool:
                return [$"{path} = {value}"];
            case PluginDescriptor plugin:
                return [$"{path} = {plugin.Name}"];
            case IDictionary map:
                return [.. map.Keys.Cast<object>().Order().SelectMany(k => Flat(map[k], $"{path}.{k}"))];
            case IEnumerable list:
                return [.. list.Cast<object>().Index().SelectMany(i => Flat(i.Item, $"{path}[{i.Index}]"))];
            default:
                return [.. value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(p => Flat(p.GetValue(value), $"{path}.{p.Name}"))];
        }
    }
}
