using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class WriteLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void A_burst_passes_at_once_and_then_so_many_a_second()
    {
        WriteLimiter limiter = new(10, 3, _time);
        Task[] waits = [.. Enumerable.Range(0, 8).Select(_ => limiter.WaitAsync(default).AsTask())];
        Assert.That(Done(waits), Is.EqualTo(3));
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.That(Done(waits), Is.EqualTo(3));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(() => Done(waits), Is.EqualTo(4).After(5000, 1));
        _time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.That(() => Done(waits), Is.EqualTo(8).After(5000, 1));
    }

    [Test]
    public async Task A_pause_fills_the_bucket_no_higher_than_the_burst()
    {
        WriteLimiter limiter = new(10, 3, _time);
        await limiter.WaitAsync(default);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(Done([.. Enumerable.Range(0, 8).Select(_ => limiter.WaitAsync(default).AsTask())]), Is.EqualTo(3));
    }

    [Test]
    public async Task Who_gives_up_waiting_leaves_the_turn_to_others()
    {
        WriteLimiter limiter = new(10, 1, _time);
        await limiter.WaitAsync(default);
        using CancellationTokenSource cancel = new();
        Task given = limiter.WaitAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.That(async () => await given, Throws.InstanceOf<OperationCanceledException>());
        Task next = limiter.WaitAsync(default).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.That(() => next.IsCompletedSuccessfully, Is.True.After(5000, 1));
    }

    [Test]
    public void Without_a_rate_nothing_waits() =>
        Assert.That(Done([.. Enumerable.Range(0, 1000).Select(_ => new WriteLimiter(0, 1, _time).WaitAsync(default).AsTask())]), Is.EqualTo(1000));

    private static int Done(Task[] waits) => waits.Count(w => w.IsCompletedSuccessfully);
}
