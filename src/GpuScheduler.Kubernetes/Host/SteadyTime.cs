namespace GpuScheduler.Kubernetes;

/// <summary>
/// A clock that begins at the time of day and then goes on evenly, whatever the machine's clock is set to meanwhile: backoffs, waits and durations follow it.
/// Times that users see are the machine's.
/// </summary>
internal sealed class SteadyTime : TimeProvider
{
    private readonly TimeProvider _machine;
    private readonly DateTimeOffset _began;
    private readonly long _beganAt;

    public SteadyTime(TimeProvider machine)
    {
        _machine = machine;
        _began = machine.GetUtcNow();
        _beganAt = machine.GetTimestamp();
    }

    /// <summary>How far the machine's clock was set forwards since the begin; negative: backwards.</summary>
    public TimeSpan Jumped => _machine.GetUtcNow() - GetUtcNow();

    public override long TimestampFrequency => _machine.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => _machine.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => _began + _machine.GetElapsedTime(_beganAt);

    public override long GetTimestamp() => _machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _machine.CreateTimer(callback, state, dueTime, period);
}
