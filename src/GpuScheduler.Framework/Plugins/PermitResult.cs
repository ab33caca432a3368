namespace GpuScheduler.Framework;

/// <summary>A Permit plugin's answer.</summary>
/// <param name="Status">Success, Wait, or a rejection.</param>
/// <param name="Timeout">How long to wait at the most, with <see cref="StatusCode.Wait"/>.</param>
public readonly record struct PermitResult(Status Status, TimeSpan Timeout = default);
