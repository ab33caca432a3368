using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>How the pods of a kind come together: as gangs, each of one of some sizes.</summary>
internal sealed record GangTemplate
{
    /// <summary>The sizes; with <see cref="Groups"/> one, their sum.</summary>
    public required ImmutableArray<GangSize> Sizes { get; init; }

    /// <summary>Pods that are placed together or not at all; null: all of the gang.</summary>
    public int? Min { get; init; }

    /// <summary>Node label key of the level of which one domain must hold it.</summary>
    public string? RequiredLevel { get; init; }

    /// <summary>Node label key of the level of which one domain should hold it.</summary>
    public string? PreferredLevel { get; init; }

    /// <summary>Its parts, each with its size; empty: it has none.</summary>
    public ImmutableArray<GangGroup> Groups { get; init; } = [];

    /// <summary>Pods of a gang, mean.</summary>
    public double MeanSize => Sizes.Sum(s => (double)s.Pods * s.Weight) / Sizes.Sum(s => (double)s.Weight);

    /// <summary>A gang of so many pods.</summary>
    public GangGroup GroupOf(int size) => new()
    {
        Size = size,
        MinPods = Groups.IsEmpty ? Min ?? size : GangGroup.LeastPods(Groups, null),
        RequiredLevel = RequiredLevel,
        PreferredLevel = PreferredLevel,
        Groups = Groups,
    };

    /// <summary>Draws a size.</summary>
    public int Draw(SplitMix64 random)
    {
        long at = random.Below(Sizes.Sum(s => (long)s.Weight));
        int size = 0;
        while (at >= Sizes[size].Weight)
        {
            at -= Sizes[size++].Weight;
        }

        return Sizes[size].Pods;
    }
}
