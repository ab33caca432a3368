using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>Arguments of <c>GangScheduling</c>.</summary>
public sealed record GangSchedulingArgs
{
    /// <summary>Levels of the domain tree.</summary>
    public TopologyLevels TopologyLevels { get; init; } = TopologyLevels.Default;

    public GangStrategy Strategy { get; init; }

    /// <summary>Trial placements in one attempt at a gang whose groups or pods differ, after which the attempt ends without an answer.</summary>
    public int SearchLimit { get; init; } = 50_000;

    /// <summary>How long the pods of a gang may hold their places before all that it needs is bound, where its object does not say.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A gang that has lacked nothing but room for this long has nodes reserved for it.</summary>
    public TimeSpan ReservationAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long nodes stay reserved for one gang; then others have their turn.</summary>
    public TimeSpan ReservationLimit { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gangs of the profile that have nodes reserved at the same time; 0: none ever has.</summary>
    public int MaxReservations { get; init; } = 1;
}
