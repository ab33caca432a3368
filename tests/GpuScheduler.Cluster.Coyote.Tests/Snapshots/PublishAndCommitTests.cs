using Microsoft.Coyote;
using Microsoft.Coyote.SystematicTesting;
using TestAttribute = NUnit.Framework.TestAttribute;

namespace GpuScheduler.Cluster.Coyote.Tests;

/// <summary>Coyote runs <see cref="SharedCluster"/> under many interleavings, each decided by a seed that a failure prints.</summary>
public sealed class PublishAndCommitTests
{
    [Test]
    public void Whatever_the_interleaving_states_are_whole_and_nothing_is_booked_twice_or_lost()
    {
        TestReport report = Explore(WriterRule.Correct, iterations: 100);
        Assert.That(report.NumOfFoundBugs, Is.Zero, () => string.Join('\n', report.BugReports));
    }

    [TestCase(WriterRule.CommitsUnchecked, "oversold|booked twice")]
    [TestCase(WriterRule.PublishesHalves, "on no node")]
    [TestCase(WriterRule.AnswersEarly, "not in the head|that nobody changed")]
    [TestCase(WriterRule.ShowsWorkingState, "")]
    public void The_checks_find_a_writer_that(WriterRule mistake, string message)
    {
        TestReport report = Explore(mistake, iterations: 1000);
        Assert.That(report.NumOfFoundBugs, Is.EqualTo(1));
        Assert.That(report.BugReports.Single(), Does.Match(message));
    }

    private static TestReport Explore(WriterRule rule, uint iterations)
    {
        Configuration configuration = Configuration.Create()
            .WithTestingIterations(iterations)
            .WithTelemetryEnabled(false)
            .WithVolatileOperationRaceCheckingEnabled(true)
            .WithAtomicOperationRaceCheckingEnabled(true)
            .WithMemoryAccessRaceCheckingEnabled(true)
            .WithRandomGeneratorSeed(1);
        using TestingEngine engine = TestingEngine.Create(configuration, async () =>
        {
            using SharedCluster cluster = new(rule);
            await cluster.RunAsync();
        });
        engine.Run();
        TestContext.Out.WriteLine(engine.GetReport());
        return engine.TestReport;
    }
}
