using System.Collections.Immutable;

namespace GpuScheduler.Framework;

/// <summary>From what a profile enables and disables to what runs where: kube-scheduler's merge rules.</summary>
internal static class ProfileExpansion
{
    /// <summary>The single extension points, in the order of an attempt.</summary>
    public static readonly ImmutableArray<ExtensionPoints> Points =
        [.. Enum.GetValues<ExtensionPoints>().Where(p => p != ExtensionPoints.None)];

    /// <summary>What runs at each point. All names are known and none comes twice in a set.</summary>
    public static ImmutableDictionary<ExtensionPoints, ImmutableArray<EnabledPlugin>> Expand(
        PluginSet multiPoint, IReadOnlyDictionary<ExtensionPoints, PluginSet> specific, PluginCatalog catalog)
    {
        ImmutableArray<PluginReference> everywhere = multiPoint.Over(
            catalog.Plugins.Where(p => p.IsDefault).Select(p => new PluginReference(p.Name, p.DefaultWeight, null)));
        ImmutableDictionary<ExtensionPoints, ImmutableArray<EnabledPlugin>>.Builder points =
            ImmutableDictionary.CreateBuilder<ExtensionPoints, ImmutableArray<EnabledPlugin>>();
        foreach (ExtensionPoints point in Points)
        {
            ImmutableArray<EnabledPlugin> plugins =
                [.. At(point, everywhere, specific.GetValueOrDefault(point, PluginSet.Empty), catalog).Select(r => Enable(r, point, catalog))];
            if (plugins.Length > 0)
            {
                points[point] = plugins;
            }
        }

        return points.ToImmutable();
    }

    /// <summary>
    /// First what the point itself enables over multiPoint, in the point's order; then the rest of multiPoint that serves the point and is not disabled
    /// there; then what only the point enables.
    /// </summary>
    private static IEnumerable<PluginReference> At(
        ExtensionPoints point, ImmutableArray<PluginReference> everywhere, PluginSet own, PluginCatalog catalog)
    {
        PluginReference[] inherited = own.DisablesAll
            ? []
            : [.. everywhere.Where(r => catalog.Find(r.Name)!.ExtensionPoints.HasFlag(point) && !own.Disabled.Contains(r.Name))];
        HashSet<string> inheritedNames = [.. inherited.Select(r => r.Name)];
        HashSet<string> ownNames = [.. own.Enabled.Select(r => r.Name)];
        return
        [
            .. own.Enabled.Where(r => inheritedNames.Contains(r.Name)),
            .. inherited.Where(r => !ownNames.Contains(r.Name)),
            .. own.Enabled.Where(r => !inheritedNames.Contains(r.Name)),
        ];
    }

    // A weight of 0 is no weight: kube-scheduler reads it as 1.
    private static EnabledPlugin Enable(PluginReference reference, ExtensionPoints point, PluginCatalog catalog) =>
        new(catalog.Find(reference.Name)!, point == ExtensionPoints.Score ? Math.Max(reference.Weight, 1) : 0);
}
