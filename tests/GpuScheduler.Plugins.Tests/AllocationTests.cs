using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

[TestFixture]
public sealed class AllocationTests
{
    private static IEnumerable<string> Names => BuiltInPlugins.Catalog.Plugins.Select(p => p.Name);

    [TestCaseSource(nameof(Names))]
    public void Filter_and_Score_allocate_nothing_once_warm(string name)
    {
        IPlugin plugin = BuiltInPlugins.Catalog.Find(name)!.Factory(PluginArguments.None(name));
        Random random = new(42);
        KubeCluster cluster = KubeCluster.Random(random);
        int[] scores = new int[Block.Size];
        for (int i = 0; i < 30; i++)
        {
            PodClass pod = cluster.Class(RandomObjects.Pod(random) with { Devices = GpuCluster.RandomRequest(random) });
            PreFilterResult filter = plugin is IPreFilterPlugin pre ? pre.PreFilter(pod, cluster.Writer.Vocabulary) : default;
            PreScoreResult score = plugin is IPreScorePlugin preScore ? preScore.PreScore(pod, cluster.Writer.Vocabulary) : default;
            IFilterPlugin? filters = filter.Status.IsSuccess ? plugin as IFilterPlugin : null;
            IScorePlugin? ranks = score.Status.IsSuccess ? plugin as IScorePlugin : null;
            Ask(filters, ranks, cluster.Context(pod, filter.State), cluster.Context(pod, score.State), scores);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Ask(filters, ranks, cluster.Context(pod, filter.State), cluster.Context(pod, score.State), scores);
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero, $"{pod.Spec}");
        }
    }

    private static void Ask(IFilterPlugin? filter, IScorePlugin? score, in PluginContext filterContext, in PluginContext scoreContext, int[] scores)
    {
        foreach (Block block in filterContext.Cluster.Blocks)
        {
            filter?.Filter(filterContext, block, block.Nodes.Present);
            score?.Score(scoreContext, block, block.Nodes.Present, scores);
        }
    }
}
