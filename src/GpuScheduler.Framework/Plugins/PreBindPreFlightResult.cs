namespace GpuScheduler.Framework;

/// <summary>Whether a PreBind plugin has work.</summary>
/// <param name="Status">Skip: no work.</param>
/// <param name="AllowParallel">True: it may run beside its neighbours that say so too.</param>
public readonly record struct PreBindPreFlightResult(Status Status, bool AllowParallel = false);
