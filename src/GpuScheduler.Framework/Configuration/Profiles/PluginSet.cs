using System.Collections.Immutable;

namespace GpuScheduler.Framework;

/// <summary>What a configuration enables and disables at one extension point, or at all of them (<c>multiPoint</c>).</summary>
internal sealed record PluginSet(ImmutableArray<PluginReference> Enabled, ImmutableHashSet<string> Disabled)
{
    public const string All = "*";

    public static readonly PluginSet Empty = new([], []);

    public bool DisablesAll => Disabled.Contains(All);

    /// <summary>
    /// The defaults with this set laid over them: what is disabled goes, a default that is named again keeps its place and
    /// takes what is said, the rest is appended.
    /// </summary>
    public ImmutableArray<PluginReference> Over(IEnumerable<PluginReference> defaults)
    {
        IEnumerable<PluginReference> kept = DisablesAll ? [] : defaults.Where(d => !Disabled.Contains(d.Name));
        PluginReference[] merged = [.. kept.Select(d => Enabled.FirstOrDefault(e => e.Name == d.Name) ?? d)];
        return [.. merged, .. Enabled.Where(e => !merged.Contains(e))];
    }
}
