using System.Collections.Immutable;

namespace GpuScheduler.Framework;

/// <summary>Reads <c>enabled</c> and <c>disabled</c> of one extension point.</summary>
internal static class PluginSetReader
{
    /// <summary>Plugins that cannot run here are errors and left out.</summary>
    /// <param name="set">The point's map.</param>
    /// <param name="pointName">Its name in the configuration.</param>
    /// <param name="point">The point; null for <c>multiPoint</c>, None for one of kube-scheduler that we do not have.</param>
    /// <param name="catalog">Plugins known.</param>
    public static PluginSet Read(MapReader set, string pointName, ExtensionPoints? point, PluginCatalog catalog)
    {
        ImmutableHashSet<string>.Builder disabled = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (MapReader item in set.Maps("disabled"))
        {
            // Upstream has one type for both lists; a weight means nothing here.
            item.Skip("weight");
            string name = item.RequiredString("name");
            if (name.Length > 0 && name != PluginSet.All && catalog.Find(name) is null && !UpstreamPlugins.Knows(name))
            {
                item.Error("name", UpstreamPlugins.WhyNot(name, catalog));
            }

            disabled.Add(name);
        }

        Dictionary<string, MapReader> seen = new(StringComparer.Ordinal);
        ImmutableArray<PluginReference>.Builder enabled = ImmutableArray.CreateBuilder<PluginReference>();
        foreach (MapReader item in set.Maps("enabled"))
        {
            string name = item.RequiredString("name");
            int weight = item.Int("weight", 0, WeightedScore.MaxWeight, 0);
            if (name.Length == 0)
            {
                continue;
            }

            if (!seen.TryAdd(name, item))
            {
                item.Error("name", $"{name} is enabled twice (first on line {seen[name].Node.Line}); remove one");
            }
            else if (Objection(name, pointName, point, catalog) is { } objection)
            {
                item.Error("name", objection);
            }
            else
            {
                enabled.Add(new PluginReference(name, weight, item.Node));
            }
        }

        return new PluginSet(enabled.DrainToImmutable(), disabled.ToImmutable());
    }

    private static string? Objection(string name, string pointName, ExtensionPoints? point, PluginCatalog catalog)
    {
        if (name == PluginSet.All)
        {
            return "\"*\" cannot be enabled, only disabled; name each plugin";
        }

        if (catalog.Find(name) is not { } plugin)
        {
            return UpstreamPlugins.WhyNot(name, catalog);
        }

        return point switch
        {
            null => null,
            ExtensionPoints.None => $"{pointName} is an extension point of kube-scheduler that GpuScheduler does not have; remove {name} here",
            { } p when !plugin.ExtensionPoints.HasFlag(p) => $"{name} does not serve {pointName}, only {ExtensionPointNames.ListOf(plugin.ExtensionPoints)}; remove it here",
            _ => null,
        };
    }
}
