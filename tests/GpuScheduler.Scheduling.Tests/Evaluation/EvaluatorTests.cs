using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
public sealed class EvaluatorTests
{
    private static readonly Gen<(int Kind, int A, int B)[]> Steps =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 1_000_000], Gen.Int[0, 1_000_000]).Array[1, 120];

    [Test]
    public void Picks_the_node_that_asking_everyone_picks_whatever_happened_before() =>
        Steps.Sample(steps => Replay(steps, TestCluster.Profile(new PoolFilter(), new RoomFilter(), new FreeCpuScore(), new PackScore())), iter: 60);

    [Test]
    public void Forgets_scores_of_tables_that_were_published_anew() =>
        Steps.Sample(steps => Replay(steps, TestCluster.Profile(new RoomFilter(), new PublishedScore())), iter: 40);

    [Test]
    public void Asks_again_at_every_attempt_where_a_score_depends_on_it() =>
        Steps.Sample(steps => Replay(steps, TestCluster.Profile(new PoolFilter(), new RoomFilter(), new LotteryScore(), new PackScore())), iter: 40);

    [Test]
    public void Adds_up_in_coarser_units_where_weights_are_large()
    {
        Profile profile = TestCluster.Profile(new RoomFilter(), new FreeCpuScore(), new PackScore());
        Assert.That(profile.ScorePrecision, Is.EqualTo(IScorePlugin.MaxPrecision));
        profile = profile with { Score = [.. profile.Score.Select(s => s with { Weight = WeightedScore.MaxWeight * 3 })] };
        Assert.That(profile.ScorePrecision, Is.LessThan(profile.Score[0].Plugin.Precision));
        Steps.Sample(steps => Replay(steps, profile), iter: 40);
    }

    [Test]
    public void Works_without_any_score() =>
        Steps.Sample(steps => Replay(steps, TestCluster.Profile(new RoomFilter())), iter: 40);

    [Test]
    public void Forgets_classes_when_memory_runs_short_and_still_answers_right() =>
        Steps.Sample(steps => Replay(steps, TestCluster.Profile(new RoomFilter(), new FreeCpuScore()), memoryLimit: 1), iter: 20);

    [Test]
    public void Nodes_that_differ_in_a_normalised_score_only_later_are_told_apart() =>
        Steps.Sample(steps => Replay(steps, TestCluster.Profile(new RoomFilter(), new RareScore(), new FreeCpuScore())), iter: 40);

    [Test]
    public void A_class_that_was_not_asked_about_for_longer_than_changes_are_kept_is_answered_right()
    {
        ClusterWriter writer = TestCluster.Writer(200);
        Profile profile = TestCluster.Profile(new RoomFilter(), new FreeCpuScore(), new PackScore());
        Evaluator evaluator = new(profile);
        PodClass rare = writer.Classes.Intern(TestCluster.Spec(cpu: 500)), often = writer.Classes.Intern(TestCluster.Spec(cpu: 700, devices: 0));
        Random random = new(3);
        for (int i = 0; i < 4; i++)
        {
            Assert.That(evaluator.Decide(rare, writer.Working, 0).Node, Is.EqualTo(NaiveEvaluator.Best(profile, rare, writer.Working, 0)));
            for (int change = 0; change < (i * ChangeLog.Capacity / 2) + 7; change++)
            {
                int mark = writer.Working.Mark(), node = random.Next(200);
                writer.Working.Place(node, TestCluster.Pod("p"), often, DeviceSet.Empty);
                if (random.Next(40) > 0)
                {
                    writer.Working.RollBack(mark);
                }
            }
        }
    }

    [Test]
    public void Gives_devices_that_have_what_the_pod_takes()
    {
        ClusterWriter writer = TestCluster.Writer(100);
        Evaluator evaluator = new(TestCluster.Profile(new RoomFilter(), new PackScore()));
        PodClass podClass = writer.Classes.Intern(TestCluster.Spec(devices: 2, milli: 400));
        for (int i = 0; i < 200; i++)
        {
            Decision decision = evaluator.Decide(podClass, writer.Working, i);
            Assert.That(decision.IsFound);
            writer.Working.Place(decision.Node, TestCluster.Pod($"p{i}"), podClass, decision.Devices);
        }

        writer.Working.AssertInvariants();
    }

    [Test]
    public void Says_why_no_node_fits_in_the_words_of_kube_scheduler()
    {
        ClusterWriter writer = TestCluster.Writer(9);
        Evaluator evaluator = new(TestCluster.Profile(new PoolFilter(), new RoomFilter()));
        PodClass podClass = writer.Classes.Intern(TestCluster.Spec(cpu: 64_000, pool: "b"));

        FitError error = evaluator.Explain(podClass, writer.Working, 0);

        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Is.EqualTo("0/9 nodes are available: 3 Insufficient cpu, 6 node(s) are in another pool."));
            Assert.That(error.ClosestReason, Is.EqualTo("Insufficient cpu"));
            Assert.That(error.Plugins, Is.EquivalentTo(new[] { "Pool", "Room" }));
        });
    }

    [Test]
    public void Says_that_there_are_no_nodes()
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        Evaluator evaluator = new(TestCluster.Profile(new RoomFilter()));
        Assert.That(
            evaluator.Explain(writer.Classes.Intern(TestCluster.Spec()), writer.Working, 0).Message,
            Is.EqualTo("no nodes available to schedule pods"));
    }

    [Test]
    public void Allocates_nothing_once_classes_are_warm()
    {
        ClusterWriter writer = TestCluster.Writer(640);
        Evaluator evaluator = new(TestCluster.Profile(new PoolFilter(), new RoomFilter(), new FreeCpuScore(), new PackScore()));
        PodClass[] classes = [.. Enumerable.Range(1, 8).Select(i => writer.Classes.Intern(TestCluster.Spec(cpu: 100 * i, milli: 100 * i)))];
        Pod[] pods = [.. Enumerable.Range(0, 64).Select(i => TestCluster.Pod($"p{i}", classes[i % 8].Spec))];
        int[] nodes = new int[pods.Length];
        void Round(bool fill)
        {
            for (int i = 0; i < pods.Length; i++)
            {
                if (!fill)
                {
                    writer.Working.Remove(nodes[i], pods[i]);
                }

                Decision decision = evaluator.Decide(classes[i % 8], writer.Working, i);
                nodes[i] = decision.Node;
                writer.Working.Place(decision.Node, pods[i], classes[i % 8], decision.Devices);
            }

            writer.Working.Settle();
        }

        Round(fill: true);
        for (int i = 0; i < 50; i++)
        {
            Round(fill: false);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            Round(fill: false);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    /// <summary>Random placements, removals, node changes, forks and roll-backs, each followed by a question to both.</summary>
    private static void Replay((int Kind, int A, int B)[] steps, Profile profile, long memoryLimit = 1L << 30)
    {
        ClusterWriter writer = TestCluster.Writer(150);
        Evaluator evaluator = new(profile, memoryLimit);
        List<(int Node, Pod Pod)> placed = [];
        Draft? fork = null;
        long attempt = 0;
        foreach ((int kind, int a, int b) in steps)
        {
            PodClass podClass = writer.Classes.Intern(
                TestCluster.Spec(cpu: 500 * (1 + (a % 8)), devices: b % 3, milli: 100 * (1 + (a % 10)), pool: (b % 4) switch { 0 => "a", 1 => "b", _ => "" }));
            Draft draft = kind == 8 && fork is not null ? fork : writer.Working;
            Decision decision = evaluator.Decide(podClass, draft, attempt);
            Assert.That(decision.Node, Is.EqualTo(NaiveEvaluator.Best(profile, podClass, draft, attempt)));
            attempt++;
            switch (kind)
            {
                case 0 or 1 or 2 or 3 when decision.IsFound:
                    Pod pod = TestCluster.Pod($"p{attempt}");
                    writer.Working.Place(decision.Node, pod, podClass, decision.Devices);
                    placed.Add((decision.Node, pod));
                    break;
                case 4 when placed.Count > 0:
                    (int from, Pod gone) = placed[a % placed.Count];
                    placed.RemoveAt(a % placed.Count);
                    writer.Working.Remove(from, gone);
                    break;
                case 5:
                    int changed = a % 150;
                    if (!placed.Exists(p => p.Node == changed))
                    {
                        writer.SetNodes(TestCluster.Node(changed, cpu: 8_000 + (b % 9_000), devices: b % 5, pool: b % 2 == 0 ? "a" : "b"));
                    }

                    break;
                case 6:
                    writer.Publish();
                    fork = writer.Fork();
                    break;
                case 7 when decision.IsFound:
                    int mark = writer.Working.Mark();
                    writer.Working.Place(decision.Node, TestCluster.Pod("trial"), podClass, decision.Devices);
                    evaluator.Decide(podClass, writer.Working, attempt);
                    writer.Working.RollBack(mark);
                    break;
                case 8 when fork is not null && decision.IsFound:
                    fork.Place(decision.Node, TestCluster.Pod("trial"), podClass, decision.Devices);
                    break;
                case 9:
                    foreach (PublishedScore published in profile.Score.Select(s => s.Plugin).OfType<PublishedScore>())
                    {
                        published.Publish();
                    }

                    break;
            }
        }
    }
}
