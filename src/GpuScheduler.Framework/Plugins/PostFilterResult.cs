namespace GpuScheduler.Framework;

/// <summary>What PostFilter achieved.</summary>
/// <param name="Status">Success: room is being made. Unschedulable: the next plugin is asked.</param>
/// <param name="NominatedNode">The node to try first next time, or null.</param>
public readonly record struct PostFilterResult(Status Status, string? NominatedNode = null);
