using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class AllocationTests
{
    private static readonly IPlugin[] All =
    [
        new NodeUnschedulable(), new NodeName(), new TaintToleration(), new NodeAffinityPlugin(), new NodePorts(),
        new NodeResourcesFit(new NodeResourcesFitArgs()),
        new NodeResourcesFit(new NodeResourcesFitArgs { Strategy = ScoringStrategyType.RequestedToCapacityRatio, Shape = [new(0, 0), new(100, 10)] }),
        new NodeResourcesBalancedAllocation(ResourceWeight.CpuAndMemory), new ImageLocality(),
    ];

    [TestCaseSource(nameof(All))]
    public void Filter_and_Score_allocate_nothing(IPlugin plugin)
    {
        RandomCluster cluster = new(5);
        PodClass pod = cluster.Writer.Classes.Intern(cluster.Spec() with
        {
            Containers =
            [
                new Container
                {
                    Image = "busybox", Requests = ResourceList.Of((ResourceNames.Cpu, 100L)), HostPorts = [new HostPort(HostPort.AnyAddress, "TCP", 80)],
                },
            ],
            NodeName = "n1",
            NodeSelector = LabelSet.Of(("zone", "a")),
            NodeAffinity = new NodeAffinity
            {
                Required = [new NodeSelectorTerm { MatchExpressions = [new("tier", NodeSelectorOperator.Gt, ["2"])] }],
                Preferred = [new(5, new NodeSelectorTerm { MatchExpressions = [new("disk", NodeSelectorOperator.NotIn, ["a"])] })],
            },
            Tolerations = [new("gpu", TolerationOperator.Exists, "", null)],
        });
        PluginContext filter = new(pod, (plugin as IPreFilterPlugin)?.PreFilter(pod, cluster.Writer.Vocabulary).State, cluster.State, 0);
        PluginContext score = filter with { State = (plugin as IPreScorePlugin)?.PreScore(pod, cluster.Writer.Vocabulary).State };
        long[] scores = new long[Block.Size];
        Ask();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Ask();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Ask()
        {
            foreach (Block block in cluster.State.Blocks)
            {
                (plugin as IFilterPlugin)?.Filter(filter, block, block.Nodes.Present);
                (plugin as IScorePlugin)?.Score(score, block, block.Nodes.Present, scores);
                (plugin as IScorePlugin)?.Score(score, block, block.Nodes.Present & 0x11, scores);
            }
        }
    }
}
