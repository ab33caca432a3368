using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>A resource that is scored, and how much it counts: 1 to <see cref="MaxWeight"/>.</summary>
public sealed record ResourceWeight(string Name, int Weight)
{
    public const int MaxWeight = 100;

    public static readonly ImmutableArray<ResourceWeight> CpuAndMemory = [new(ResourceNames.Cpu, 1), new(ResourceNames.Memory, 1)];

    /// <summary>Everything that is wrong with a list of them.</summary>
    public static IEnumerable<string> Validate(ImmutableArray<ResourceWeight> resources, int mostWeight)
    {
        foreach (ResourceWeight resource in resources.Where(r => r.Weight < 1 || r.Weight > mostWeight))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"gives {resource.Name} weight {resource.Weight}; give 1 to {mostWeight}");
        }

        foreach (string twice in resources.GroupBy(r => r.Name, StringComparer.Ordinal).Where(g => g.Key.Length > 0 && g.Count() > 1).Select(g => g.Key))
        {
            yield return $"names {twice} twice; keep one of them";
        }
    }
}
