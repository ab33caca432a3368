using System.Collections.Immutable;

namespace GpuScheduler.Framework;

/// <summary>Reads one profile.</summary>
internal static class ProfileReader
{
    private const string PluginConfig = "pluginConfig";

    public static ProfileConfiguration Read(MapReader profile, bool isOnlyOne, PluginCatalog catalog)
    {
        string schedulerName = isOnlyOne
            ? profile.String("schedulerName", ProfileConfiguration.DefaultSchedulerName)
            : profile.RequiredString("schedulerName");
        if (isOnlyOne && schedulerName.Length == 0)
        {
            schedulerName = ProfileConfiguration.DefaultSchedulerName;
        }

        int? percentage = profile.IntOrNull("percentageOfNodesToScore", 0, 100);
        ImmutableDictionary<ExtensionPoints, ImmutableArray<EnabledPlugin>> points = ReadPlugins(profile, catalog);
        RequireOneQueueSort(profile, points);
        Dictionary<string, MapNode> args = ReadPluginConfig(profile, catalog);
        HashSet<PluginDescriptor> used = [.. points.Values.SelectMany(p => p).Select(p => p.Descriptor)];
        return new ProfileConfiguration
        {
            SchedulerName = schedulerName,
            PercentageOfNodesToScore = percentage,
            Points = points,
            Plugins = [.. catalog.Plugins.Where(used.Contains).Select(p => new ProfilePlugin(p, args.GetValueOrDefault(p.Name) ?? NoArgs(profile), schedulerName))],
        };
    }

    private static MapNode NoArgs(MapReader profile) => new(profile.Node.File, profile.Node.Line, profile.Node.Column, []);

    private static ImmutableDictionary<ExtensionPoints, ImmutableArray<EnabledPlugin>> ReadPlugins(MapReader profile, PluginCatalog catalog)
    {
        PluginSet multiPoint = PluginSet.Empty;
        Dictionary<ExtensionPoints, PluginSet> specific = [];
        if (profile.Map("plugins") is { } plugins)
        {
            multiPoint = ReadSet(plugins, "multiPoint", null);
            foreach (ExtensionPoints point in ProfileExpansion.Points)
            {
                specific[point] = ReadSet(plugins, ExtensionPointNames.Of(point), point);
            }

            foreach (string point in ExtensionPointNames.NotServed)
            {
                ReadSet(plugins, point, ExtensionPoints.None);
            }
        }

        return ProfileExpansion.Expand(multiPoint, specific, catalog);

        PluginSet ReadSet(MapReader plugins, string name, ExtensionPoints? point) =>
            plugins.Map(name) is { } set ? PluginSetReader.Read(set, name, point, catalog) : PluginSet.Empty;
    }

    private static void RequireOneQueueSort(MapReader profile, ImmutableDictionary<ExtensionPoints, ImmutableArray<EnabledPlugin>> points)
    {
        ImmutableArray<EnabledPlugin> sorts = points.GetValueOrDefault(ExtensionPoints.QueueSort, []);
        if (sorts.Length != 1)
        {
            string have = sorts.Length == 0 ? "no plugin" : string.Join(" and ", sorts.Select(s => s.Descriptor.Name));
            MapReader blame = profile.Map("plugins") ?? profile;
            blame.Error("queueSort", $"{have} would sort the queue; enable exactly one plugin there");
        }
    }

    /// <summary>The arguments by plugin; each is checked by making the plugin once, whether or not it is enabled.</summary>
    private static Dictionary<string, MapNode> ReadPluginConfig(MapReader profile, PluginCatalog catalog)
    {
        Dictionary<string, MapNode> byPlugin = new(StringComparer.Ordinal);
        Dictionary<string, MapReader> seen = new(StringComparer.Ordinal);
        foreach (MapReader item in profile.Maps(PluginConfig))
        {
            string name = item.RequiredString("name");
            DocumentNode? args = item.Find("args");
            if (name.Length == 0)
            {
                continue;
            }

            if (!seen.TryAdd(name, item))
            {
                item.Error("name", $"{name} is configured twice (first on line {seen[name].Node.Line}); make one of them");
            }
            else if (catalog.Find(name) is not { } plugin)
            {
                item.Error("name", UpstreamPlugins.WhyNot(name, catalog));
            }
            else if (args is MapNode map)
            {
                byPlugin[name] = map;
                Check(plugin, map, profile.Errors);
            }
            else if (args is not null)
            {
                MapReader.Of(args, profile.Errors);
            }
        }

        return byPlugin;
    }

    private static void Check(PluginDescriptor plugin, MapNode map, ConfigurationErrors errors)
    {
        PluginArguments arguments = new(plugin.Name, ProfileConfiguration.DefaultSchedulerName, map, errors);
        ApiObject.Require(arguments.Args, SchedulerConfiguration.ApiVersion, $"{plugin.Name}Args", isOptional: true);
        int before = errors.Count;
        try
        {
            plugin.Factory(arguments);
        }
        catch (ArgumentException e)
        {
            // After errors the values are defaults, which a plugin may rightly refuse together.
            if (errors.Count == before)
            {
                errors.Add(map, $"{plugin.Name} refuses its arguments: {e.Message}");
            }
        }

        arguments.Args.RejectUnknownFields();
    }
}
