namespace GpuScheduler.Framework;

/// <summary>A plugin named in a configuration; <paramref name="Node"/> is where, or null for a default.</summary>
internal sealed record PluginReference(string Name, int Weight, MapNode? Node);
