namespace GpuScheduler.Simulation;

/// <summary>When pods come. Exactly one of the rates counts where <paramref name="IsTimed"/>, and none otherwise.</summary>
/// <param name="IsTimed">A Poisson process; otherwise only the order counts.</param>
/// <param name="RatePerHour">Single pods and gangs an hour, or 0.</param>
/// <param name="TargetLoad">Share of the GPUs' compute that would be in use if every pod ran at once, percent, or 0.</param>
/// <param name="Span">How long pods come.</param>
internal sealed record ArrivalPattern(bool IsTimed, double RatePerHour, double TargetLoad, TimeSpan Span);
