using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Plugins.Tests;

[TestFixture]
public sealed class PluginArgumentsTests
{
    private const string Fit = "NodeResourcesFit", Balanced = "NodeResourcesBalancedAllocation", Affinity = "NodeAffinity", Gangs = "GangScheduling";
    private const string Required = "addedAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
    private const string Preferred = "addedAffinity.preferredDuringSchedulingIgnoredDuringExecution";

    [TestCase(Fit, "{ignoredResourceGroups: [example.com/foo]}", "ignoredResourceGroups", "write the part before the slash, example.com")]
    [TestCase(Fit, "{ignoredResources: [1]}", "ignoredResources[0]", "put it in quotes")]
    [TestCase(Fit, "{scoringStrategy: {type: Least}}", "scoringStrategy.type", "write one of LeastAllocated, MostAllocated, RequestedToCapacityRatio")]
    [TestCase(Fit, "{scoringStrategy: {type: MostAllocatd}}", "scoringStrategy.type", "MostAllocated")]
    [TestCase(Fit, "{scoringStrategy: {resources: [{name: cpu, weight: 101}]}}", "scoringStrategy.resources[0].weight", "101 is out of range")]
    [TestCase(Fit, "{scoringStrategy: {resources: [{weight: 1}]}}", "scoringStrategy.resources[0].name", "is required; add it")]
    [TestCase(Fit, "{scoringStrategy: {resources: [{name: cpu}, {name: cpu}]}}", "scoringStrategy.resources", "names cpu twice; keep one")]
    [TestCase(Fit, "{scoringStrategy: {type: RequestedToCapacityRatio}}", "scoringStrategy.requestedToCapacityRatio", "needs a shape of at least one point; add shape")]
    [TestCase(Fit, "{scoringStrategy: {requestedToCapacityRatio: {shape: [{utilization: 101, score: 0}]}}}", "scoringStrategy.requestedToCapacityRatio.shape[0].utilization", "101 is out of range")]
    [TestCase(Fit, "{scoringStrategy: {requestedToCapacityRatio: {shape: [{utilization: 1, score: 11}]}}}", "scoringStrategy.requestedToCapacityRatio.shape[0].score", "11 is out of range")]
    [TestCase(Fit, "{scoringStrategy: {requestedToCapacityRatio: {shape: [{utilization: 5}, {utilization: 5}]}}}", "scoringStrategy.requestedToCapacityRatio.shape", "list the points with rising utilization")]
    [TestCase(Fit, "{scoringStrategie: {}}", "scoringStrategie", "unknown field")]
    [TestCase(Balanced, "{resources: [{name: cpu, weight: 2}]}", "resources[0].weight", "2 is out of range")]
    [TestCase(Balanced, "{resources: {cpu: 1}}", "resources", "write a list")]
    [TestCase(Affinity, "{addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}", Required, "add one")]
    [TestCase(Affinity, "{addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a}]}]}}}", Required + "[0].matchExpressions[0].operator", "is required; add it")]
    [TestCase(Affinity, "{addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In}]}]}}}", Required + "[0].matchExpressions[0].values", "list at least one value")]
    [TestCase(Affinity, "{addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists, values: [b]}]}]}}}", Required + "[0].matchExpressions[0].values", "remove them")]
    [TestCase(Affinity, "{addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt, values: [many]}]}]}}}", Required + "[0].matchExpressions[0].values", "write one whole number")]
    [TestCase(Affinity, "{addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.uid, operator: In, values: [b]}]}]}}}", Required + "[0].matchFields[0].key", "write metadata.name")]
    [TestCase(Affinity, "{addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: Exists, values: [b]}]}]}}}", Required + "[0].matchFields[0].operator", "write In or NotIn")]
    [TestCase(Affinity, "{addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [b, c]}]}]}}}", Required + "[0].matchFields[0].values", "exactly one value")]
    [TestCase(Affinity, "{addedAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{preference: {}}]}}", Preferred + "[0].weight", "is required")]
    [TestCase(Affinity, "{addedAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 3}]}}", Preferred + "[0].preference", "is required")]
    [TestCase("DefaultPreemption", "{minCandidateNodesPercentage: 101}", "minCandidateNodesPercentage", "101 is out of range")]
    [TestCase("DefaultPreemption", "{minCandidateNodesAbsolute: -1}", "minCandidateNodesAbsolute", "-1 is out of range")]
    [TestCase("DefaultPreemption", "{minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 0}", "minCandidateNodesPercentage", "cannot both be zero")]
    [TestCase("GpuRandom", "{seed: -1}", "seed", "-1 is out of range")]
    [TestCase(Gangs, "{topologyLevels: [rack, rack]}", "topologyLevels", "names rack twice; keep one of them")]
    [TestCase(Gangs, "{topologyLevels: [kubernetes.io/hostname, rack]}", "topologyLevels", "list them from broad to narrow")]
    [TestCase(Gangs, "{topologyLevels: [\"\"]}", "topologyLevels", "has an empty label key; remove it")]
    [TestCase(Gangs, "{strategy: Tightest}", "strategy", "NarrowestDomain, BestFit, PodByPod")]
    [TestCase(Gangs, "{searchLimit: 0}", "searchLimit", "0 is out of range")]
    [TestCase(Gangs, "{startTimeout: 10ms}", "startTimeout", "1s")]
    [TestCase(Gangs, "{maxReservations: -1}", "maxReservations", "-1 is out of range")]
    [TestCase(Gangs, "{reservationsAfter: 5m}", "reservationsAfter", "unknown field")]
    [TestCase("VolumeBinding", "{bindTimeoutSeconds: -1}", "bindTimeoutSeconds", "-1 is out of range")]
    [TestCase("VolumeBinding", "{bindTimeout: 10s}", "bindTimeout", "unknown field")]
    [TestCase("VolumeBinding", "{shape: [{utilization: 0, score: 10}]}", "shape", "is not done here; remove it")]
    [TestCase("ImageLocality", "{threshold: 3}", "threshold", "unknown field")]
    public void A_wrong_argument_is_one_error_with_its_path_and_the_mend(string plugin, string args, string path, string message)
    {
        (SchedulerConfiguration? configuration, ConfigurationErrors errors) = Read(plugin, args);
        Assert.Multiple(() =>
        {
            Assert.That(configuration, Is.Null);
            Assert.That(errors, Has.Count.EqualTo(1));
            Assert.That(errors.Select(e => e.Path), Is.EqualTo(new[] { $"profiles[0].pluginConfig[0].args.{path}" }));
            Assert.That(errors[0].Message, Does.Contain(message));
        });
    }

    [TestCase(Fit, "{scoringStrategy: {type: MostAllocated, resources: [{name: nvidia.com/gpu, weight: 10}, {name: cpu, weight: 1}]}}")]
    [TestCase(Fit, "{scoringStrategy: {resources: []}, ignoredResourceGroups: [example.com]}")]
    [TestCase(Balanced, "{resources: [{name: cpu, weight: 1}, {name: memory}]}")]
    [TestCase(Affinity, "{addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt, values: [\"8\"]}]}]}}}")]
    [TestCase(Affinity, "{}")]
    public void A_right_one_is_none(string plugin, string args) => Assert.That(Read(plugin, args).Errors, Is.Empty);

    [Test]
    public void The_repository_s_configuration_says_what_an_empty_one_means()
    {
        const string Empty = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";
        SchedulerConfiguration written = Decode("scheduler-config.yaml", File.ReadAllText(FindUpwards("scheduler-config.yaml")));
        SchedulerConfiguration meant = Decode("empty.yaml", Empty);
        ProfileConfiguration one = written.Profiles.Single(), other = meant.Profiles.Single();
        Assert.Multiple(() =>
        {
            Assert.That(one.SchedulerName, Is.EqualTo(other.SchedulerName));
            Assert.That(one.PercentageOfNodesToScore, Is.EqualTo(other.PercentageOfNodesToScore));
            Assert.That(one.Points.Keys, Is.EquivalentTo(other.Points.Keys));
            foreach (ExtensionPoints point in other.Points.Keys)
            {
                Assert.That(one.At(point), Is.EqualTo(other.At(point)), $"{point}");
            }

            Assert.That(one.Plugins.Select(p => p.Descriptor), Is.EqualTo(other.Plugins.Select(p => p.Descriptor)));
            Assert.That(GangArgs(one), Is.EqualTo(GangArgs(other)));
            Assert.That(GangArgs(one).TopologyLevels, Is.SameAs(TopologyLevels.Default));
            Assert.That(written with { Profiles = meant.Profiles }, Is.EqualTo(meant));
        });
    }

    private static GangSchedulingArgs GangArgs(ProfileConfiguration profile) =>
        ((IGangSchedulingPlugin)profile.Plugins.Single(p => p.Descriptor.Name == Gangs).Create()).Args;

    private static SchedulerConfiguration Decode(string name, string text)
    {
        (SchedulerConfiguration? configuration, ConfigurationErrors errors) = SchedulerConfigurationFile.Read(name, text, BuiltInPlugins.Catalog);
        Assert.That(errors, Is.Empty);
        return configuration!;
    }

    private static string FindUpwards(string file)
    {
        DirectoryInfo? directory = new(TestContext.CurrentContext.TestDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, file)))
        {
            directory = directory.Parent;
        }

        return Path.Combine(directory?.FullName ?? throw new FileNotFoundException(file), file);
    }

    private static (SchedulerConfiguration? Configuration, ConfigurationErrors Errors) Read(string plugin, string args) => SchedulerConfigurationFile.Read(
        "c.yaml",
        $"apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles:\n- pluginConfig:\n  - name: {plugin}\n    args: {args}\n",
        BuiltInPlugins.Catalog);
}
