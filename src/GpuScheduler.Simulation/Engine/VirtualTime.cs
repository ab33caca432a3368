namespace GpuScheduler.Simulation;

/// <summary>A clock that stands still until the simulation moves it.</summary>
public sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Time since the run began.</summary>
    public TimeSpan Elapsed { get; private set; }

    public override DateTimeOffset GetUtcNow() => Epoch + Elapsed;

    /// <summary>Moves on to <paramref name="elapsed"/>; never back.</summary>
    public void MoveTo(TimeSpan elapsed) => Elapsed = elapsed > Elapsed ? elapsed : Elapsed;

    /// <summary>The point of a run that a timestamp of this clock stands for.</summary>
    public static TimeSpan ElapsedAt(DateTimeOffset timestamp) => timestamp - Epoch;
}
