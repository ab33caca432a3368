using System.Collections.Concurrent;
using System.Globalization;
using GpuScheduler.Emulator;

namespace GpuScheduler.Live.Tests;

/// <summary>
/// Two replicas on a faulty API server, killed and started again at random instants: at the end every pod is bound once, no device is given out twice,
/// and the model equals the API. On the emulator faults strike in the server; before the real one stands a proxy.
/// GPUSCHED_FAULT_RUNS and GPUSCHED_REAL_FAULT_RUNS set how many seeds are run.
/// </summary>
[TestFixture(ServerKind.Emulator, "GPUSCHED_FAULT_RUNS", 24, 6)]
[TestFixture(ServerKind.Real, "GPUSCHED_REAL_FAULT_RUNS", 2, 2)]
public sealed class FaultSuiteTests(ServerKind kind, string variable, int usualRuns, int together)
{
    private const int EnoughForEveryKind = 200;

    private int Runs => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int runs) ? runs : usualRuns;

    [Test]
    public async Task Nothing_is_lost_and_nothing_given_out_twice_whatever_fails()
    {
        ILiveServer shared = await LiveServers.GetAsync(kind);
        ConcurrentBag<string> failures = [];
        ConcurrentBag<FaultOutcome> outcomes = [];
        await Parallel.ForAsync(1, Runs + 1, new ParallelOptions { MaxDegreeOfParallelism = together }, async (seed, _) =>
        {
            try
            {
                outcomes.Add(await RunAsync(shared, seed));
            }
            catch (Exception e)
            {
                failures.Add($"seed {seed}: {e}");
            }
        });
        Dictionary<FaultKind, long> struck = outcomes.SelectMany(o => o.Faults).GroupBy(f => f.Key).ToDictionary(g => g.Key, g => g.Sum(f => f.Value));
        await TestContext.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}: {Runs} runs, {failures.Count} failed, {outcomes.Sum(o => o.Bound)} pods bound, {outcomes.Sum(o => o.Kills)} kills, {struck.Values.Sum()} faults: {string.Join(", ", struck.OrderBy(s => s.Key).Select(s => $"{s.Key} {s.Value}"))}"));
        Assert.That(failures, Is.Empty);
        if (Runs >= EnoughForEveryKind)
        {
            Assert.That(struck.Keys, Is.EquivalentTo(Enum.GetValues<FaultKind>()), "every kind of fault struck");
        }
    }

    /// <summary>Emulators cost nothing: each run has its own, whose history may be forgotten.</summary>
    private static async Task<FaultOutcome> RunAsync(ILiveServer shared, int seed)
    {
        if (shared is not EmulatedServer)
        {
            return await FaultRun.RunAsync(shared, seed);
        }

        await using EmulatedServer own = await EmulatedServer.StartAsync(seed);
        return await FaultRun.RunAsync(own, seed);
    }
}
