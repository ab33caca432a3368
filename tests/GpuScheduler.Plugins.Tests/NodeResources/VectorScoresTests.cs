using CsCheck;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

/// <summary>Vectors and scalars give the same scores, from empty nodes up to the largest amounts that doubles hold exactly.</summary>
public sealed class VectorScoresTests
{
    private static readonly ResourceWeight[] Resources = [new("cpu", 1), new("memory", 3)];

    [Test]
    public void NodeResourcesFit_does_for_every_strategy() =>
        Gen.Int.Sample(
            seed =>
            {
                (ClusterWriter writer, PodClass pod) = Random(seed);
                ScoredResource[] resources = ScoredResource.Of(pod, Resources, writer.Vocabulary, nonZero: true);
                foreach (ScoringStrategyType strategy in Enum.GetValues<ScoringStrategyType>())
                {
                    AllocationScorer scorer = new(new NodeResourcesFitArgs { Strategy = strategy, Shape = [new(0, 0), new(35, 7), new(80, 10), new(95, 2)] });
                    int[] vector = new int[Block.Size], scalar = new int[Block.Size];
                    Assert.That(scorer.TryScoreVector(writer.Working.Blocks[0], resources, ulong.MaxValue, vector), Is.True);
                    scorer.ScoreScalar(writer.Working.Blocks[0], resources, ulong.MaxValue, scalar);
                    Assert.That(vector, Is.EqualTo(scalar), $"{strategy}");
                }
            },
            iter: 300);

    [Test]
    public void Capacities_beyond_what_doubles_hold_are_left_to_scalars()
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        writer.SetNodes(new Node { Name = "n", Allocatable = ResourceList.Of(("cpu", 1L << 43)) });
        PodClass pod = Requesting(writer, 0, 0);
        AllocationScorer scorer = new(new NodeResourcesFitArgs());
        int[] scores = new int[Block.Size], scalar = new int[Block.Size];
        ScoredResource[] resources = ScoredResource.Of(pod, Resources, writer.Vocabulary, nonZero: true);
        Assert.That(scorer.TryScoreVector(writer.Working.Blocks[0], resources, ulong.MaxValue, scores), Is.False);
        scorer.Score(writer.Working.Blocks[0], resources, ulong.MaxValue, scores);
        scorer.ScoreScalar(writer.Working.Blocks[0], resources, ulong.MaxValue, scalar);
        Assert.That(scores, Is.EqualTo(scalar));
    }

    [Test]
    public void Percentages_that_are_whole_are_not_taken_for_less()
    {
        foreach (long capacity in new[] { 3L, 7, 49, 99, 128_000, (1L << 40) + 100, (1L << 43) - 92 }.Select(c => c / 100 * 100 is 0 ? c * 100 : c / 100 * 100))
        {
            ClusterWriter writer = new(TieKeys.Seeded(1));
            writer.SetNodes(Enumerable.Range(0, Block.Size).Select(i => new Node { Name = $"n{i}", Allocatable = ResourceList.Of(("cpu", capacity), ("memory", capacity)) }));
            for (int percent = 0; percent <= 100; percent += 4)
            {
                PodClass pod = Requesting(writer, Math.Max(1, capacity / 100 * percent), Math.Max(1, capacity / 100 * percent));
                ScoredResource[] resources = ScoredResource.Of(pod, Resources, writer.Vocabulary, nonZero: true);
                foreach (ScoringStrategyType strategy in new[] { ScoringStrategyType.LeastAllocated, ScoringStrategyType.MostAllocated })
                {
                    AllocationScorer scorer = new(new NodeResourcesFitArgs { Strategy = strategy });
                    int[] vector = new int[Block.Size], scalar = new int[Block.Size];
                    Assert.That(scorer.TryScoreVector(writer.Working.Blocks[0], resources, ulong.MaxValue, vector), Is.True);
                    scorer.ScoreScalar(writer.Working.Blocks[0], resources, ulong.MaxValue, scalar);
                    Assert.That(vector, Is.EqualTo(scalar), $"{strategy} of {percent} percent of {capacity}");
                }
            }
        }
    }

    [Test]
    public void NodeResourcesBalancedAllocation_does_also_where_a_node_lacks_a_resource() =>
        Gen.Select(Gen.Int, Gen.ULong).Sample(
            (seed, lanes) =>
            {
                (ClusterWriter writer, PodClass pod) = Random(seed);
                ScoredResource[] resources = ScoredResource.Of(pod, Resources, writer.Vocabulary, nonZero: false);
                int[] vector = new int[Block.Size], scalar = new int[Block.Size];
                NodeResourcesBalancedAllocation.ScorePair(writer.Working.Blocks[0], lanes, resources[0], resources[1], vector);
                NodeResourcesBalancedAllocation.ScorePairScalar(writer.Working.Blocks[0], lanes, resources[0], resources[1], scalar);
                Assert.That(Asked(vector), Is.EqualTo(Asked(scalar)));

                IEnumerable<int> Asked(int[] scores) => scores.Where((_, lane) => (lanes >> lane & 1) != 0);
            },
            iter: 300);

    private static (ClusterWriter, PodClass) Random(int seed)
    {
        Random random = new(seed);
        ClusterWriter writer = new(TieKeys.Seeded(1));
        writer.SetNodes(Enumerable.Range(0, Block.Size - random.Next(3)).Select(i => new Node
        {
            Name = $"n{i}",
            Allocatable = ResourceList.Of(("cpu", random.NextInt64(1L << random.Next(44))), ("memory", (1L << 43) - 1 - random.Next(3))),
        }));
        for (int node = 0; node < 60; node++)
        {
            PodClass placed = Requesting(writer, random.NextInt64(1L << random.Next(40)), random.NextInt64(1L << 42));
            writer.Working.Place(node, new Pod { Name = "p", Spec = placed.Spec }, placed, DeviceSet.Empty);
        }

        return (writer, Requesting(writer, random.NextInt64(1L << random.Next(40)), random.NextInt64(1L << 43)));
    }

    private static PodClass Requesting(ClusterWriter writer, long cpu, long memory) => writer.Classes.Intern(
        new PodSpec { Containers = [new Container { Requests = ResourceList.Of(("cpu", cpu), ("memory", memory)) }] });
}
