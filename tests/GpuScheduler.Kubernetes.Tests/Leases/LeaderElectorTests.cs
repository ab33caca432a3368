using GpuScheduler.Framework;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class LeaderElectorTests
{
    [Test]
    public async Task A_term_is_cancelled_when_the_renew_deadline_has_passed_since_its_lease_was_asked_for_however_late_the_answer()
    {
        FakeTimeProvider time = new();
        using SlowLeaseServer server = new(time, TimeSpan.FromSeconds(9));
        using HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
        LeaderElector elector = new(http, new LeaderElectionConfiguration(), "a", time, () => 0.5, NullLogger.Instance);
        using CancellationTokenSource stop = new();
        TaskCompletionSource<LeaderTerm> began = new();
        Task run = elector.RunAsync(
            async term =>
            {
                began.TrySetResult(term);
                await Task.Delay(Timeout.InfiniteTimeSpan, time, term.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            },
            stop.Token);
        LeaderTerm first = await began.Task;
        bool before = first.Ended.IsCancellationRequested;
        time.Advance(TimeSpan.FromSeconds(1));
        bool after = first.Ended.IsCancellationRequested;
        await stop.CancelAsync();
        await run;
        Assert.That((before, after), Is.EqualTo((false, true)));
    }
}
