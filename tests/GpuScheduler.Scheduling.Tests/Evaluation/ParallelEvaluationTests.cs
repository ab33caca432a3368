using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Plugins;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
public sealed class ParallelEvaluationTests
{
    /// <summary>More blocks than four threads start working together on.</summary>
    private const int Nodes = 4 * BlockJob.LeastForThread * Block.Size;

    [Test]
    public void Many_threads_find_the_node_that_one_finds()
    {
        Profile builtIn = BuiltInPlugins.DefaultProfile(TestCluster.SchedulerName);
        Profile[] profiles = [builtIn, TestCluster.Profile(new PoolFilter(), new RoomFilter(), new RareScore(), new FreeCpuScore()), TestCluster.Profile(new RoomFilter(), new LotteryScore())];
        Gen.Int[0, 1_000_000].Sample(seed => Array.ForEach(profiles, p => Compare(p, seed)), iter: 3);
    }

    [Test]
    public void What_a_plugin_throws_on_any_thread_reaches_who_asked_and_the_next_question_is_answered_right()
    {
        ClusterWriter writer = TestCluster.Writer(Nodes);
        PodClass podClass = writer.Classes.Intern(TestCluster.Spec());
        MoodyFilter filter = new();
        Profile profile = TestCluster.Profile(filter, new FreeCpuScore());
        Evaluator evaluator = new(profile, parallelism: 4);
        for (int failing = 0; failing < Nodes / Block.Size; failing += 9)
        {
            filter.Failing = failing;
            Assert.That(() => evaluator.Decide(podClass, writer.Working, 0), Throws.TypeOf<InvalidTimeZoneException>());
            evaluator.Forget(podClass);
        }

        filter.Failing = -1;
        Assert.That(evaluator.Decide(podClass, writer.Working, 0).Node, Is.EqualTo(NaiveEvaluator.Best(profile, podClass, writer.Working, 0)));
    }

    private static void Compare(Profile profile, int seed)
    {
        ClusterWriter writer = TestCluster.Writer(Nodes);
        Random random = new(seed);
        Evaluator one = new(profile), many = new(profile, parallelism: 4);
        PodClass[] classes = [.. Enumerable.Range(0, 4).Select(i => writer.Classes.Intern(
            TestCluster.Spec(cpu: 500 * (1 + random.Next(8)), devices: random.Next(3), milli: 100 * (1 + random.Next(10)), pool: i % 2 == 0 ? "a" : "")))];
        for (int round = 0; round < 4; round++)
        {
            foreach (PodClass podClass in classes)
            {
                Decision expected = one.Decide(podClass, writer.Working, round);
                Assert.That(many.Decide(podClass, writer.Working, round), Is.EqualTo(expected));
                Assert.That(new Evaluator(profile, parallelism: 3).Decide(podClass, writer.Working, round), Is.EqualTo(expected));
            }

            for (int change = 0; change < Nodes / 2; change++)
            {
                PodClass podClass = classes[random.Next(classes.Length)];
                int node = random.Next(Nodes);
                if (one.Fits(podClass, writer.Working, node, round))
                {
                    writer.Working.Place(node, TestCluster.Pod($"{round}-{change}"), podClass, one.ChooseDevices(podClass, writer.Working, node, round));
                }
            }
        }
    }

    /// <summary>Fails at the nodes of one block.</summary>
    private sealed class MoodyFilter : IFilterPlugin
    {
        public int Failing { get; set; }

        public string Name => "Moody";

        public Reads FilterReads => Reads.Nodes | Reads.Usage;

        public ulong Filter(in PluginContext context, Block block, ulong lanes) =>
            Failing >= 0 && ReferenceEquals(block, context.Cluster.Blocks[Failing]) ? throw new InvalidTimeZoneException("in a mood") : lanes;

        public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into)
        {
        }
    }
}
