using System.Collections.Frozen;
using System.Collections.Immutable;

namespace GpuScheduler.Framework;

/// <summary>The plugins that a configuration may name. The order of those that run by default is the order in which they run.</summary>
public sealed class PluginCatalog
{
    private readonly FrozenDictionary<string, PluginDescriptor> _byName;

    /// <exception cref="ArgumentException">Two plugins have one name.</exception>
    public PluginCatalog(params ReadOnlySpan<PluginDescriptor> plugins)
    {
        Plugins = [.. plugins];
        if (Plugins.CountBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault(c => c.Value > 1).Key is { } name)
        {
            throw new ArgumentException($"two plugins are called {name}", nameof(plugins));
        }

        _byName = Plugins.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);
    }

    public ImmutableArray<PluginDescriptor> Plugins { get; }

    /// <summary>The plugin called <paramref name="name"/>, or null.</summary>
    public PluginDescriptor? Find(string name) => _byName.GetValueOrDefault(name);
}
