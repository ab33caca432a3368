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

    /// <summary>A gang that has lacked nothing but room for this long, however small it is, has nodes reserved for it.</summary>
    public TimeSpan ReservationAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// For how long a gang that asks for all devices of the cluster has to have lacked nothing but room; one that asks for a part of them, for that part of it. What is held
    /// for a large gang stands idle until the last of it has come free, and everybody else waits meanwhile.
    /// </summary>
    public TimeSpan WholeClusterReservationAfter { get; init; } = TimeSpan.FromHours(96);

    /// <summary>How long nodes stay reserved for one gang; then others have their turn.</summary>
    public TimeSpan ReservationLimit { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Gangs of the profile that have nodes reserved at the same time; 0: none ever has.</summary>
    public int MaxReservations { get; init; } = 1;
}
