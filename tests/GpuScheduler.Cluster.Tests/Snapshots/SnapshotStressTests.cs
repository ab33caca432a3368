using System.Collections.Concurrent;

namespace GpuScheduler.Cluster.Tests;

/// <summary>One writer, many readers and forks, on real threads.</summary>
public sealed class SnapshotStressTests
{
    private const int Nodes = 70;

    /// <summary>Pods that move among as many nodes; the last ten of these nodes take shares too.</summary>
    private const int Movers = 40;

    private const int Publications = 10_000;
    private const int Commits = 500;

    [Test]
    public void Readers_see_whole_states_only_while_one_writer_publishes_and_forks_commit()
    {
        ClusterWriter cluster = TestCluster.Of(Enumerable.Range(0, Nodes).Select(i => TestCluster.NodeOf($"n{i}", devices: 2)));
        PodClass mover = cluster.ClassOf(), share = cluster.ClassOf(devices: 1, milli: 400);
        (Pod Pod, int Node)[] movers = [.. Enumerable.Range(0, Movers).Select(i => (TestCluster.PodOf($"m{i}"), i))];
        foreach ((Pod pod, int node) in movers)
        {
            cluster.Working.PlaceWithoutDevices(node, pod, mover);
        }

        cluster.Publish();
        using BlockingCollection<(Draft Draft, TaskCompletionSource<bool> Done)> queue = new(16);
        bool over = false;
        int committed = 0, refused = 0, publications = 0;

        void Write()
        {
            try
            {
                Random random = new(1);
                for (int i = 0; i < Publications || Volatile.Read(ref committed) < Commits; i++)
                {
                    PublishBatch(random, isWaiting: i >= Publications);
                }
            }
            finally
            {
                Volatile.Write(ref over, true);
                queue.CompleteAdding();
                foreach ((Draft _, TaskCompletionSource<bool> done) in queue.GetConsumingEnumerable())
                {
                    done.SetResult(false);
                }
            }
        }

        void PublishBatch(Random random, bool isWaiting)
        {
            // A move takes a pod from one node to another: in each published state it is on exactly one.
            for (int moves = random.Next(1, 4); moves > 0; moves--)
            {
                ref (Pod Pod, int Node) moved = ref movers[random.Next(Movers)];
                cluster.Working.Remove(moved.Node, moved.Pod);
                moved.Node = random.Next(Movers);
                cluster.Working.PlaceWithoutDevices(moved.Node, moved.Pod, mover);
            }

            List<(TaskCompletionSource<bool> Done, bool IsCommitted)> answers = [];
            int patience = isWaiting ? Timeout.Infinite : 0;
            for (; queue.TryTake(out (Draft Draft, TaskCompletionSource<bool> Done) trial, patience); patience = 0)
            {
                answers.Add((trial.Done, cluster.Commit(trial.Draft).IsCommitted));
            }

            cluster.Publish();
            publications++;
            answers.ForEach(a => a.Done.SetResult(a.IsCommitted));
        }

        void Read()
        {
            long revision = 0;
            while (!Volatile.Read(ref over))
            {
                Snapshot head = cluster.Head;
                Assert.That(head.Revision, Is.GreaterThanOrEqualTo(revision));
                revision = head.Revision;
                AssertWhole(head, mover);
            }
        }

        void ForkAndCommit(int seed)
        {
            Random random = new(seed);
            Draft draft = cluster.Fork();
            while (!Volatile.Read(ref over))
            {
                draft.Reset(cluster.Head);
                (int node, int device) = (random.Next(Movers - 10, Nodes), random.Next(2));
                DeviceSet devices = DeviceSet.Only(device);
                if (draft.BlockOf(node).CanTake(node % Block.Size, share.Devices, devices))
                {
                    draft.Place(node, TestCluster.PodOf($"s{seed}"), share, devices);
                }
                else
                {
                    foreach (Placement placement in draft.BlockOf(node).PlacementsOn(node % Block.Size))
                    {
                        if (placement.Class == share)
                        {
                            draft.Remove(node, placement.Pod);
                        }
                    }
                }

                TaskCompletionSource<bool> done = new();
                try
                {
                    queue.Add((draft, done));
                }
                catch (InvalidOperationException)
                {
                    return;
                }

                _ = done.Task.Result ? Interlocked.Increment(ref committed) : Interlocked.Increment(ref refused);
            }
        }

        Task[] tasks =
        [
            .. new Action[] { Write, Read, Read, Read, () => ForkAndCommit(11), () => ForkAndCommit(12), () => ForkAndCommit(13) }
                .Select(a => Task.Factory.StartNew(a, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        Task.WaitAll(tasks);
        AssertWhole(cluster.Head, mover);
        Assert.That(cluster.Head.Revision, Is.EqualTo(publications + 2));
        TestContext.Out.WriteLine($"{publications} publications, {committed} drafts committed, {refused} refused");
    }

    private static void AssertWhole(Snapshot head, PodClass mover)
    {
        head.AssertInvariants();
        int movers = 0;
        for (int node = 0; node < Nodes; node++)
        {
            foreach (Placement placement in head.BlockOf(node).PlacementsOn(node % Block.Size))
            {
                movers += placement.Class == mover ? 1 : 0;
            }
        }

        Assert.That(movers, Is.EqualTo(Movers));
    }
}
