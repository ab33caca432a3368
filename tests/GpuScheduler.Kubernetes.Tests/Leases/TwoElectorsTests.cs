using CsCheck;
using GpuScheduler.Framework;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Whatever the network does and whatever the clocks are set to, no two terms are valid at one time.</summary>
[TestFixture]
internal sealed class TwoElectorsTests
{
    [Test]
    public void Never_do_two_lead_at_a_time_and_once_the_network_is_well_one_does() =>
        Gen.Int[0, 1_000_000].Sample(seed => RunAsync(seed).GetAwaiter().GetResult(), iter: 40, threads: 1);

    [Test]
    public async Task A_lease_that_is_given_back_is_taken_at_once()
    {
        FakeTimeProvider time = new();
        using LeaseServer store = new(new Random(1), 0);
        using Candidate one = new("one", store, time), two = new("two", store, time);
        await UntilAsync(() => one.Leads != two.Leads);
        await one.StopAsync(release: one.Leads);
        await two.StopAsync(release: two.Leads);

        // No time passes at all.
        using Candidate three = new("three", store, time);
        await UntilAsync(() => three.Leads);
        await three.StopAsync(release: false);
    }

    private static async Task RunAsync(int seed)
    {
        Random random = new(seed);
        FakeTimeProvider time = new();
        using LeaseServer store = new(random, 0) { IsFaulty = false };
        using LeaseServer first = new(random, 0.2) { Store = store }, second = new(random, 0.2) { Store = store };
        JumpingTime[] clocks = [new(time), new(time)];
        using Candidate one = new("one", first, clocks[0]), two = new("two", second, clocks[1]);
        for (int i = 0; i < 60; i++)
        {
            lock (random)
            {
                if (random.Next(6) == 0)
                {
                    clocks[random.Next(2)].Jump(TimeSpan.FromSeconds(random.Next(-3600, 3600)));
                }

                first.IsCutOff ^= random.Next(8) == 0;
                second.IsCutOff ^= random.Next(8) == 0;
            }

            await AdvanceAsync(time, 1, () => !(one.Leads && two.Leads));
        }

        first.IsCutOff = second.IsCutOff = first.IsFaulty = second.IsFaulty = false;
        for (int i = 0; i < 5_000 && !one.Leads && !two.Leads; i++)
        {
            await AdvanceAsync(time, 1, () => !(one.Leads && two.Leads));
        }

        Assert.That(one.Leads || two.Leads, Is.True, "somebody leads in the end");
        await one.StopAsync(release: false);
        await two.StopAsync(release: false);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            Assert.That(limit.IsCancellationRequested, Is.False, "nobody leads");
            await Task.Yield();
        }
    }

    /// <summary>Lets time pass in small steps, and whoever waits on it do its work.</summary>
    private static async Task AdvanceAsync(FakeTimeProvider time, int seconds, Func<bool> always)
    {
        for (int i = 0; i < seconds * 4; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            for (int turn = 0; turn < 20; turn++)
            {
                await Task.Yield();
            }

            Assert.That(always(), Is.True, "two lead at a time");
        }
    }

    private sealed class Candidate : IDisposable
    {
        private readonly LeaderElector _elector;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _run;
        private volatile LeaderTerm? _term;

        public Candidate(string identity, LeaseServer server, TimeProvider time)
        {
            HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
            _elector = new LeaderElector(http, new LeaderElectionConfiguration(), identity, time, () => 0.5, NullLogger.Instance);
            _run = _elector.RunAsync(
                async term =>
                {
                    _term = term;
                    await Task.Delay(Timeout.InfiniteTimeSpan, time, term.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    _term = null;
                },
                _stop.Token);
        }

        public bool Leads => _term is { IsValid: true };

        public async Task StopAsync(bool release)
        {
            await _stop.CancelAsync();
            await _run;
            if (release)
            {
                await _elector.ReleaseAsync(default);
            }
        }

        public void Dispose() => _stop.Dispose();
    }
}
