using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>The plugins that come with GpuScheduler, in the order in which they run by default.</summary>
public static class BuiltInPlugins
{
    private const ExtensionPoints FilterPoints = ExtensionPoints.PreFilter | ExtensionPoints.Filter;
    private const ExtensionPoints ScorePoints = ExtensionPoints.PreScore | ExtensionPoints.Score;

    /// <summary>What a configuration may name.</summary>
    public static PluginCatalog Catalog { get; } = new(
        Default("SchedulingGates", ExtensionPoints.PreEnqueue, _ => new SchedulingGates()),
        Default("GangScheduling", ExtensionPoints.PreEnqueue, a => new GangScheduling(GangSchedulingArgsReader.Read(a.Args))),
        Default("PrioritySort", ExtensionPoints.QueueSort, _ => new PrioritySort()),
        Default("NodeUnschedulable", FilterPoints, _ => new NodeUnschedulable()),
        Default("NodeName", FilterPoints, _ => new NodeName()),
        Default("TaintToleration", FilterPoints | ScorePoints, _ => new TaintToleration(), weight: 3),
        Default("NodeAffinity", FilterPoints | ScorePoints, a => new NodeAffinityPlugin(NodeAffinityArgsReader.Read(a.Args)), weight: 2),
        Default("NodePorts", FilterPoints, _ => new NodePorts()),
        Default("NodeResourcesFit", FilterPoints | ScorePoints, a => new NodeResourcesFit(NodeResourcesArgsReader.ReadFit(a.Args))),
        Default("VolumeRestrictions", FilterPoints, _ => new VolumeRestrictions()),
        Default("VolumeBinding", FilterPoints, a => new VolumeBinding(VolumeBindingArgsReader.Read(a.Args))),
        Default("VolumeZone", FilterPoints, _ => new VolumeZonePlugin()),
        Default("GpuFit", FilterPoints, _ => new GpuFit()),
        Default("DefaultPreemption", ExtensionPoints.PostFilter, a => new DefaultPreemption(DefaultPreemptionArgsReader.Read(a.Args))),
        Default("GpuDiagnosis", ExtensionPoints.PostFilter, _ => new GpuDiagnosis()),
        Default("GpuPriceScore", ScorePoints, _ => new GpuPriceScore(), weight: 100),
        Default("GpuLinkScore", ScorePoints, _ => new GpuLinkScore(), weight: 12),
        Default(
            "NodeResourcesBalancedAllocation", ScorePoints,
            a => new NodeResourcesBalancedAllocation(NodeResourcesArgsReader.ReadBalanced(a.Args))),
        Default("ImageLocality", ScorePoints, _ => new ImageLocality()),
        Optional("GpuFgd", _ => new GpuFgd(TypicalPods.None)),
        Optional("GpuBestFit", _ => new GpuBestFit()),
        Optional("GpuWorstFit", _ => new GpuWorstFit()),
        Optional("GpuPacking", _ => new GpuPacking()),
        Optional("GpuDotProduct", _ => new GpuDotProduct()),
        Optional("GpuRandom", a => new GpuRandom((ulong)a.Args.Long("seed", 0, long.MaxValue, 0))));

    /// <summary>A profile with all default filters and one GPU policy alone to score: what policies are compared with.</summary>
    public static Profile ProfileWith(string schedulerName, GpuScore score, GangStrategy gangs = GangStrategy.NarrowestDomain)
    {
        NodeUnschedulable unschedulable = new();
        NodeName nodeName = new();
        TaintToleration taints = new();
        NodeAffinityPlugin affinity = new();
        NodePorts ports = new();
        NodeResourcesFit resources = new(new NodeResourcesFitArgs());
        VolumeRestrictions restrictions = new();
        VolumeBinding volumes = new(VolumeBindingArgsReader.DefaultTimeout);
        VolumeZonePlugin zones = new();
        GpuFit gpus = new();
        return new Profile
        {
            SchedulerName = schedulerName,
            PreEnqueue = [new SchedulingGates(), new GangScheduling(new GangSchedulingArgs { Strategy = gangs })],
            QueueSort = new PrioritySort(),
            PreFilter = [unschedulable, nodeName, taints, affinity, ports, resources, restrictions, volumes, zones, gpus],
            Filter = [unschedulable, nodeName, taints, affinity, ports, resources, restrictions, volumes, zones, gpus],
            PreScore = [score],
            Score = [new WeightedScore(score, 1)],
        };
    }

    /// <summary>The profile that holds where no configuration says otherwise.</summary>
    public static Profile DefaultProfile(string schedulerName)
    {
        ConfigurationErrors errors = [];
        MapNode empty = new("defaults", 0, 0, [Entry("apiVersion", "kubescheduler.config.k8s.io/v1"), Entry("kind", "KubeSchedulerConfiguration")]);
        SchedulerConfiguration configuration = SchedulerConfigurationReader.Read(empty, Catalog, errors)
            ?? throw new InvalidOperationException($"the defaults are no valid configuration: {errors}");
        return ProfileFactory.Create(configuration.Profiles[0]) with { SchedulerName = schedulerName };

        static MapEntry Entry(string key, string text) => new(key, 0, 0, new ScalarNode("defaults", 0, 0, text, isPlain: false));
    }

    private static PluginDescriptor Default(
        string name, ExtensionPoints points, Func<PluginArguments, IPlugin> factory, int weight = 1) =>
        new() { Name = name, ExtensionPoints = points, DefaultWeight = weight, IsDefault = true, Factory = factory };

    private static PluginDescriptor Optional(string name, Func<PluginArguments, IPlugin> factory) =>
        new() { Name = name, ExtensionPoints = ScorePoints, Factory = factory };
}
