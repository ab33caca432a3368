namespace GpuScheduler.Framework;

/// <summary>A plugin at one extension point.</summary>
/// <param name="Descriptor">The plugin.</param>
/// <param name="Weight">Factor of its scores at Score, at least 1; 0 at every other point.</param>
public sealed record EnabledPlugin(PluginDescriptor Descriptor, int Weight)
{
    public override string ToString() => Weight == 0 ? Descriptor.Name : $"{Descriptor.Name}({Weight})";
}
