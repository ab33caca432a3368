using System.Collections.Immutable;

namespace GpuScheduler.Scheduling;

/// <summary>The answer to "where does this gang go".</summary>
/// <param name="Outcome">Whether it goes anywhere.</param>
/// <param name="Members">All that were placed, in rank order; empty where none were.</param>
/// <param name="Level">Node label key of the narrowest level of which one domain holds them all; null: only the cluster does.</param>
/// <param name="Domain">That domain, its labels' values from broad to narrow joined by "/"; empty: the cluster.</param>
/// <param name="Message">Why it goes nowhere, for events and conditions ("fits in no rack: best rack r7 holds 48 of 64"); empty where it goes.</param>
public sealed record GangPlacement(
    GangOutcome Outcome, ImmutableArray<MemberPlacement> Members, string? Level = null, string Domain = "", string Message = "");
