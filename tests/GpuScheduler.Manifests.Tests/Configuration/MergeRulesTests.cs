using GpuScheduler.Framework;
using static GpuScheduler.Framework.ExtensionPoints;

namespace GpuScheduler.Manifests.Tests;

public sealed class MergeRulesTests
{
    private static readonly string[] DefaultFilters = ["NodeUnschedulable", "NodeName", "TaintToleration", "NodeAffinity", "NodePorts", "NodeResourcesFit", "VolumeRestrictions", "VolumeBinding", "VolumeZone", "GpuFit"];

    public static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("A default that is named again keeps its place and takes the weight", "multiPoint: {enabled: [{name: NodeAffinity, weight: 7}]}", Score,
            "TaintToleration(3) NodeAffinity(7) NodeResourcesFit(1) GpuPriceScore(100) GpuLinkScore(12) NodeResourcesBalancedAllocation(1) ImageLocality(1)");
        yield return Case("A default that is named again without weight has weight 1", "multiPoint: {enabled: [{name: TaintToleration}]}", Score,
            "TaintToleration(1) NodeAffinity(2) NodeResourcesFit(1) GpuPriceScore(100) GpuLinkScore(12) NodeResourcesBalancedAllocation(1) ImageLocality(1)");
        yield return Case("Another plugin is appended, with weight 0 read as 1", "multiPoint: {enabled: [{name: Extra, weight: 0}]}", Score,
            "TaintToleration(3) NodeAffinity(2) NodeResourcesFit(1) GpuPriceScore(100) GpuLinkScore(12) NodeResourcesBalancedAllocation(1) ImageLocality(1) Extra(1)");
        yield return Case("multiPoint puts a plugin at the points that it serves only", "multiPoint: {enabled: [{name: Extra}]}", PreScore,
            "TaintToleration NodeAffinity NodeResourcesFit GpuLinkScore NodeResourcesBalancedAllocation");
        yield return Case("What multiPoint disables is gone everywhere", "multiPoint: {disabled: [{name: TaintToleration}]}", Filter,
            "NodeUnschedulable NodeName NodeAffinity NodePorts NodeResourcesFit VolumeRestrictions VolumeBinding VolumeZone GpuFit");
        yield return Case("disabled removes defaults only, not what is enabled beside it", "multiPoint: {enabled: [{name: TaintToleration, weight: 4}], disabled: [{name: TaintToleration}]}", Score,
            "NodeAffinity(2) NodeResourcesFit(1) GpuPriceScore(100) GpuLinkScore(12) NodeResourcesBalancedAllocation(1) ImageLocality(1) TaintToleration(4)");
        yield return Case("A star disables all defaults", "multiPoint: {enabled: [{name: PrioritySort}, {name: ImageLocality, weight: 5}, {name: Extra}], disabled: [{name: '*'}]}", Score,
            "ImageLocality(5) Extra(1)");
        yield return Case("A point disables a plugin for itself", "score: {disabled: [{name: ImageLocality}]}", Score,
            "TaintToleration(3) NodeAffinity(2) NodeResourcesFit(1) GpuPriceScore(100) GpuLinkScore(12) NodeResourcesBalancedAllocation(1)");
        yield return Case("A point that disables all keeps what it enables", "score: {enabled: [{name: ImageLocality, weight: 9}], disabled: [{name: '*'}]}", Score,
            "ImageLocality(9)");
        yield return Case("What a point names goes first and takes the point's weight", "score: {enabled: [{name: ImageLocality, weight: 9}, {name: NodeAffinity, weight: 8}]}", Score,
            "ImageLocality(9) NodeAffinity(8) TaintToleration(3) NodeResourcesFit(1) GpuPriceScore(100) GpuLinkScore(12) NodeResourcesBalancedAllocation(1)");
        yield return Case("What only the point enables goes last", "score: {enabled: [{name: Extra, weight: 6}, {name: ImageLocality, weight: 9}]}", Score,
            "ImageLocality(9) TaintToleration(3) NodeAffinity(2) NodeResourcesFit(1) GpuPriceScore(100) GpuLinkScore(12) NodeResourcesBalancedAllocation(1) Extra(6)");
        yield return Case("A point overrides what multiPoint says of the same plugin", "multiPoint: {enabled: [{name: Extra, weight: 2}]}\nscore: {enabled: [{name: Extra, weight: 3}]}", Score,
            "Extra(3) TaintToleration(3) NodeAffinity(2) NodeResourcesFit(1) GpuPriceScore(100) GpuLinkScore(12) NodeResourcesBalancedAllocation(1) ImageLocality(1)");
        yield return Case("A point without a weight has 1 even where multiPoint has more", "multiPoint: {enabled: [{name: Extra, weight: 2}]}\nscore: {enabled: [{name: Extra}]}", Score,
            "Extra(1) TaintToleration(3) NodeAffinity(2) NodeResourcesFit(1) GpuPriceScore(100) GpuLinkScore(12) NodeResourcesBalancedAllocation(1) ImageLocality(1)");
        yield return Case("Another queue sort replaces the default one", "queueSort: {enabled: [{name: AgeSort}], disabled: [{name: '*'}]}", QueueSort, "AgeSort");
        yield return Case("Disabling a plugin that only kube-scheduler has does nothing", "multiPoint: {disabled: [{name: DefaultPreemption}, {name: AzureDiskLimits}]}\npostFilter: {disabled: [{name: DefaultPreemption}]}", Filter,
            string.Join(' ', DefaultFilters));
        yield return Case("Empty and absent lists change nothing", "filter:\nscore: {enabled: [], disabled: null}", Filter, string.Join(' ', DefaultFilters));
    }

    [TestCaseSource(nameof(Cases))]
    public void Profiles_merge_as_in_kube_scheduler(string plugins, ExtensionPoints point, string expected) =>
        Assert.That(string.Join(' ', Configurations.Profile(plugins).Names(point)), Is.EqualTo(expected));

    [Test]
    public void Points_at_which_nothing_runs_are_absent()
    {
        ProfileConfiguration profile = Configurations.Read("").Profiles.Single();
        Assert.That(profile.Points.Keys.Order(), Is.EqualTo(new[] { PreEnqueue, QueueSort, PreFilter, Filter, PostFilter, PreScore, Score, Reserve }));
        Assert.That(profile.At(Bind), Is.Empty);
        Assert.That(profile.Plugins.Select(p => p.Descriptor.Name), Is.EqualTo(TestCatalog.Default.Plugins.Select(p => p.Name)));
    }

    [Test]
    public void A_plugin_is_made_with_its_arguments_and_anew_each_time()
    {
        ProfileConfiguration profile = Configurations.Read("""
            profiles:
            - schedulerName: gpu
              plugins: {score: {enabled: [{name: Picky, weight: 2}]}}
              pluginConfig:
              - name: Picky
                args: {apiVersion: kubescheduler.config.k8s.io/v1, kind: PickyArgs, minCandidateNodesPercentage: 50, timeout: 1m30s}
            """).Profiles.Single();
        ProfilePlugin picky = profile.Plugins.Single(p => p.Descriptor.Name == "Picky");
        TestCatalog.TestPlugin plugin = (TestCatalog.TestPlugin)picky.Create();
        Assert.That(plugin.Says, Is.EqualTo("50 1m30s slow for gpu"));
        Assert.That(picky.Create(), Is.Not.SameAs(plugin));
    }

    [Test]
    public void A_plugin_without_arguments_is_made_with_its_defaults()
    {
        ProfilePlugin picky = Configurations.Profile("score: {enabled: [{name: Picky}]}").Plugins.Single(p => p.Descriptor.Name == "Picky");
        Assert.That(((TestCatalog.TestPlugin)picky.Create()).Says, Is.EqualTo("10 5s slow for default-scheduler"));
    }

    private static TestCaseData Case(string name, string plugins, ExtensionPoints point, string expected) =>
        new TestCaseData(plugins, point, expected).SetName(name);
}
