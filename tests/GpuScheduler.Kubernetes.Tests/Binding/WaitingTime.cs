using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>A clock that passes only while somebody waits for it, and then just so long. Limits of requests are no waits.</summary>
internal sealed class WaitingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<TimeSpan> _waits = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime <= LongestWait)
        {
            _waits.Enqueue(dueTime);
        }

        return timer;
    }

    /// <summary>Passes until the task is done, or something else is.</summary>
    public async Task PassAsync(Task task, Func<bool>? isEnough = null)
    {
        while (!task.IsCompleted && isEnough?.Invoke() != true)
        {
            if (_waits.TryDequeue(out TimeSpan wait))
            {
                Advance(wait);
            }

            await Task.Yield();
        }
    }
}
