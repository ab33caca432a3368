namespace GpuScheduler.Kubernetes.Tests;

[Parallelizable(ParallelScope.All)]
internal sealed class ReflectorModelTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    [Test]
    public async Task Whatever_the_server_does_the_view_ends_equal_to_it_and_nothing_is_deleted_that_is_there(
        [Range(1, 12)] int seed, [Values] bool isProtobuf)
    {
        ThingWire wire = new(isProtobuf);
        FaultyThings server = new(wire, seed);
        ThingView view = new()
        {
            Deleting = t =>
            {
                if (server.Has(t.Uid))
                {
                    throw new InvalidOperationException($"{t} is told as deleted, but it is there");
                }
            },
        };
        await using ReflectorRun run = new(wire, new ReflectorOptions { Seed = seed, MaxBackoff = TimeSpan.FromSeconds(2) }, server.Serve, view);

        // A silent watch may swallow many changes: goes on until faults of several kinds have happened.
        for (int i = 0; i < 60 || server.Kinds.Count < 4; i++)
        {
            Assert.That(i, Is.LessThan(5000), "faults do not happen");
            server.Mutate();
            int looks = 0;
            await run.Until(() => ++looks > 3, Step);
        }

        server.IsFaulty = false;
        await run.Until(() => view.Syncs == 1 && view.Things.SequenceEqual(server.Things), Step);
        Assert.That(run.Reflector.Age, Is.Not.Null);
    }
}
