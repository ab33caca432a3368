using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Plugins;
using GpuScheduler.Simulation;

namespace GpuScheduler.Cli;

/// <summary>The policies that <c>gpusched simulate</c> knows by name. All filter alike; they differ in how they score GPUs, and in where gangs go.</summary>
internal static class PolicyCatalog
{
    /// <summary>What is simulated where nobody says.</summary>
    public const string DefaultSelection = "default,fgd,best-fit,packing,random";

    public static readonly ImmutableArray<SimulatedPolicy> All =
    [
        new("default", "Prices what is free by what the expected demand could still do with it, and places each pod where it costs least.",
            (workload, seed) => GpuPolicyRun.Start(workload, new GpuPriceScore(), knowsDemand: true)),
        new("default-learned", "As default, but knows nothing of the demand beforehand and learns it from the pods that come.",
            (workload, seed) => GpuPolicyRun.Start(workload, new GpuPriceScore(), knowsDemand: false)),
        new("fgd", "Places each pod where the expected fragmentation of GPUs grows least (USENIX ATC'23).",
            (workload, seed) => GpuPolicyRun.Start(workload, new GpuFgd(TypicalDemand.Of(workload)), knowsDemand: true)),
        new("best-fit", "Prefers the node that has the least CPU and GPU left afterwards.",
            (workload, seed) => GpuPolicyRun.Start(workload, new GpuBestFit(), knowsDemand: false)),
        new("worst-fit", "Prefers the node that has the most CPU and GPU left afterwards: spreads.",
            (workload, seed) => GpuPolicyRun.Start(workload, new GpuWorstFit(), knowsDemand: false)),
        new("packing", "Fills GPUs that are shared already, then nodes that are used already, then small nodes.",
            (workload, seed) => GpuPolicyRun.Start(workload, new GpuPacking(), knowsDemand: false)),
        new("dot-product", "Prefers the node whose free CPU and GPU point least in the direction of the request.",
            (workload, seed) => GpuPolicyRun.Start(workload, new GpuDotProduct(), knowsDemand: false)),
        new("domain-best-fit", "As best-fit; gangs go where the level that they ask for, or the cluster, has the least room that holds them (as Kueue does).",
            (workload, seed) => GpuPolicyRun.Start(workload, new GpuBestFit(), knowsDemand: false, GangStrategy.BestFit)),
        new("first-fit", "The first node in order of name that fits; gangs pod by pod.",
            (workload, seed) => GpuPolicyRun.Start(workload, new GpuFirstFit(), knowsDemand: false, GangStrategy.PodByPod)) { Ties = ByName },
        new("random", "Any node that fits, each as likely as the other; gangs pod by pod.",
            (workload, seed) => GpuPolicyRun.Start(workload, new GpuRandom(seed), knowsDemand: false, GangStrategy.PodByPod)),
    ];

    private static Func<string, ulong> ByName(Workload workload) =>
        TieKeys.Listed(workload.Nodes.Select(n => n.Name).Order(StringComparer.Ordinal).Select((n, i) => (n, i)).ToDictionary(n => n.n, n => n.i, StringComparer.Ordinal));

    /// <summary>The policy called <paramref name="name"/>, or null.</summary>
    public static SimulatedPolicy? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}
