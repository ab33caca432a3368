using GpuScheduler.Framework;
using static GpuScheduler.Framework.ExtensionPoints;

namespace GpuScheduler.Manifests.Tests;

/// <summary>Plugins that do nothing, with the names and points of the real ones.</summary>
internal static class TestCatalog
{
    /// <summary>The plugins that run by default.</summary>
    public static readonly PluginCatalog Default = new(
        Plugin("SchedulingGates", PreEnqueue),
        Plugin("GangScheduling", PreEnqueue) with
        {
            Factory = a => MakeWith(a, "topologyLevels", "searchLimit", "startTimeout", "reservationAfter", "wholeClusterReservationAfter", "reservationLimit", "maxReservations"),
        },
        Plugin("PrioritySort", QueueSort),
        Plugin("NodeUnschedulable", Filter),
        Plugin("NodeName", Filter),
        Plugin("TaintToleration", Filter | PreScore | Score, 3),
        Plugin("NodeAffinity", PreFilter | Filter | PreScore | Score, 2),
        Plugin("NodePorts", PreFilter | Filter),
        Plugin("NodeResourcesFit", PreFilter | Filter | PreScore | Score, 1),
        Plugin("VolumeRestrictions", Filter),
        Plugin("VolumeBinding", Filter) with { Factory = a => MakeWith(a, "bindTimeoutSeconds") },
        Plugin("VolumeZone", Filter),
        Plugin("GpuFit", Filter | Reserve),
        Plugin("DefaultPreemption", PostFilter),
        Plugin("GpuDiagnosis", PostFilter),
        Plugin("GpuPriceScore", Score, 100),
        Plugin("GpuLinkScore", PreScore | Score, 12),
        Plugin("NodeResourcesBalancedAllocation", PreScore | Score, 1),
        Plugin("ImageLocality", Score, 1));

    /// <summary>The same, and plugins that a user may add.</summary>
    public static readonly PluginCatalog WithOptional = new(
        [
            .. Default.Plugins,
            Plugin("AgeSort", QueueSort) with { IsDefault = false },
            Plugin("Extra", PreFilter | Filter | Score) with { IsDefault = false },
            Plugin("Other", Filter | Score) with { IsDefault = false },
            new PluginDescriptor { Name = "Picky", ExtensionPoints = Score, Factory = MakePicky },
        ]);

    private static PluginDescriptor Plugin(string name, ExtensionPoints points, int weight = 1) =>
        new() { Name = name, ExtensionPoints = points, DefaultWeight = weight, IsDefault = true, Factory = a => new TestPlugin(a.PluginName) };

    /// <summary>Takes the arguments that the documented default states.</summary>
    private static TestPlugin MakeWith(PluginArguments arguments, params string[] fields)
    {
        foreach (string field in fields)
        {
            arguments.Args.Skip(field);
        }

        return new TestPlugin(arguments.PluginName);
    }

    private static TestPlugin MakePicky(PluginArguments arguments)
    {
        MapReader args = arguments.Args;
        int percentage = args.Int("minCandidateNodesPercentage", 0, 100, @default: 10);
        TimeSpan timeout = args.Duration("timeout", TimeSpan.Zero, TimeSpan.FromSeconds(5));
        string mode = args.String("mode", "slow");
        foreach (MapReader resource in args.Maps("resources"))
        {
            resource.RequiredString("name");
            resource.Int("weight", 1, 100, 1);
        }

        if (percentage == 13)
        {
            throw new ArgumentException("13 is unlucky");
        }

        return new TestPlugin("Picky") { Says = $"{percentage} {GoDuration.Format(timeout)} {mode} for {arguments.SchedulerName}" };
    }

    internal sealed class TestPlugin(string name) : IPlugin
    {
        public string Name { get; } = name;

        public string Says { get; init; } = "";
    }
}
