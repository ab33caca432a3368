using System.Collections.Immutable;

namespace GpuScheduler.Framework;

/// <summary>What runs for the pods of one scheduler name: plugins by extension point, in the order in which they run.</summary>
public sealed record ProfileConfiguration
{
    public const string DefaultSchedulerName = "default-scheduler";

    public string SchedulerName { get; init; } = DefaultSchedulerName;

    /// <summary>Null: that of the whole configuration.</summary>
    public int? PercentageOfNodesToScore { get; init; }

    /// <summary>Every plugin of the profile once, in the catalogue's order, with its arguments.</summary>
    public ImmutableArray<ProfilePlugin> Plugins { get; init; } = [];

    /// <summary>Only single points are keys, and only those at which something runs.</summary>
    public ImmutableDictionary<ExtensionPoints, ImmutableArray<EnabledPlugin>> Points { get; init; } =
        ImmutableDictionary<ExtensionPoints, ImmutableArray<EnabledPlugin>>.Empty;

    /// <summary>What runs at <paramref name="point"/>.</summary>
    public ImmutableArray<EnabledPlugin> At(ExtensionPoints point) => Points.GetValueOrDefault(point, []);
}
