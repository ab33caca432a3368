namespace GpuScheduler.Framework;

/// <summary>What a plugin is made from: the <c>args</c> of its <c>pluginConfig</c>, or none.</summary>
public sealed class PluginArguments
{
    internal PluginArguments(string pluginName, string schedulerName, MapNode args, ConfigurationErrors errors)
    {
        PluginName = pluginName;
        SchedulerName = schedulerName;
        Args = new MapReader(args, errors);
    }

    public string PluginName { get; }

    /// <summary>The profile it is made for.</summary>
    public string SchedulerName { get; }

    /// <summary>Reads the arguments; where there are none every getter returns its default.</summary>
    public MapReader Args { get; }

    /// <summary>Arguments without any field, for making a plugin outside a configuration.</summary>
    public static PluginArguments None(string pluginName) =>
        new(pluginName, ProfileConfiguration.DefaultSchedulerName, new MapNode(pluginName, 0, 0, []), []);
}
