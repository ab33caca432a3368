using System.Collections.Immutable;

namespace GpuScheduler.Scheduling;

/// <summary>What became of one attempt to place a gang, pod by pod.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Placement">The answer as a whole; its members are those that were placed by this attempt.</param>
/// <param name="Members">Each pod that waited, as if it had been tried alone.</param>
public sealed record GangAttempt(GangUnit Gang, GangPlacement Placement, ImmutableArray<AttemptResult> Members);
