namespace GpuScheduler.Cluster;

/// <summary>What became of a draft: everything was applied, or nothing.</summary>
/// <param name="IsCommitted">True: all of its changes now stand in the writer's state.</param>
/// <param name="ConflictNode">Otherwise: a node that changed since the draft was forked, or -1.</param>
public readonly record struct CommitResult(bool IsCommitted, int ConflictNode);
