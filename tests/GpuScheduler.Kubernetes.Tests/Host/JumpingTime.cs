using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>A machine whose clock is set now and then; time itself goes on as the test says.</summary>
internal sealed class JumpingTime(FakeTimeProvider time) : TimeProvider
{
    private long _offset;

    public override long TimestampFrequency => time.TimestampFrequency;

    /// <summary>Sets the clock forwards; a negative time: backwards.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + new TimeSpan(Interlocked.Read(ref _offset));

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
}
