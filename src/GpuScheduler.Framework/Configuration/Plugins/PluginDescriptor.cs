namespace GpuScheduler.Framework;

/// <summary>A plugin that a configuration may name, and how to make one.</summary>
public sealed record PluginDescriptor
{
    public required string Name { get; init; }

    /// <summary>The points it serves.</summary>
    public required ExtensionPoints ExtensionPoints { get; init; }

    /// <summary>Factor of its scores where it runs by default.</summary>
    public int DefaultWeight { get; init; } = 1;

    /// <summary>Runs in every profile that does not disable it.</summary>
    public bool IsDefault { get; init; }

    /// <summary>
    /// Makes the plugin from its arguments. It reads them through <see cref="PluginArguments.Args"/>, which collects errors, fields that it never asked for
    /// among them. It is called once to check a configuration and again for each instance, so it has no effect but its result.
    /// </summary>
    public required Func<PluginArguments, IPlugin> Factory { get; init; }

    public override string ToString() => Name;
}
