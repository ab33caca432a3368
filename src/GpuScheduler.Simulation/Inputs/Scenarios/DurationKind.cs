namespace GpuScheduler.Simulation;

internal enum DurationKind
{
    Fixed,
    Exponential,
    Lognormal,
}
