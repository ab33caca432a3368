using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Reads <c>GangSchedulingArgs</c>.</summary>
internal static class GangSchedulingArgsReader
{
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(1);

    public static GangSchedulingArgs Read(MapReader args)
    {
        GangSchedulingArgs defaults = new();
        return new GangSchedulingArgs
        {
            TopologyLevels = ReadLevels(args) ?? defaults.TopologyLevels,
            Strategy = args.Enum("strategy", defaults.Strategy),
            SearchLimit = args.Int("searchLimit", 1, int.MaxValue, defaults.SearchLimit),
            ReservationAfter = args.Duration("reservationAfter", AtLeast, defaults.ReservationAfter),
            WholeClusterReservationAfter = args.Duration("wholeClusterReservationAfter", TimeSpan.Zero, defaults.WholeClusterReservationAfter),
            ReservationLimit = args.Duration("reservationLimit", AtLeast, defaults.ReservationLimit),
            MaxReservations = args.Int("maxReservations", 0, 1000, defaults.MaxReservations),
            StartTimeout = args.Duration("startTimeout", AtLeast, defaults.StartTimeout),
        };
    }

    private static TopologyLevels? ReadLevels(MapReader args)
    {
        ImmutableArray<string> keys = args.Strings("topologyLevels");
        if (keys.IsEmpty)
        {
            return null;
        }

        if (keys.Contains(string.Empty))
        {
            args.Error("topologyLevels", "has an empty label key; remove it");
            return null;
        }

        if (keys.GroupBy(k => k, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            args.Error("topologyLevels", $"names {twice.Key} twice; keep one of them");
            return null;
        }

        if (keys.IndexOf(TopologyLevels.Hostname) is var host and >= 0 && host < keys.Length - 1)
        {
            args.Error("topologyLevels", $"has levels after {TopologyLevels.Hostname}, which is the narrowest; list them from broad to narrow");
            return null;
        }

        return new TopologyLevels(keys);
    }
}
