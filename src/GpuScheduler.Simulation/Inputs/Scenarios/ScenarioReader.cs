using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Reads a scenario, and checks that something comes of it.</summary>
internal static class ScenarioReader
{
    private static readonly string[] FieldsOfTime = ["ratePerHour", "targetLoad", "span"];
    /// <summary>Pods an hour.</summary>
    private const double SlowestRate = 0.001;

    private static readonly TimeSpan LongestRun = TimeSpan.FromDays(3650);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>The scenario, or null where <paramref name="errors"/> got any.</summary>
    public static Scenario? Read(DocumentNode document, string name, string schedulerName, ShapeCatalog shapes, ConfigurationErrors errors)
    {
        int before = errors.Count;
        if (MapReader.Of(document, errors) is not { } root)
        {
            return null;
        }

        ApiObject.Require(root, Scenario.ApiVersion, Scenario.Kind);
        root.String("description");
        ulong seed = (ulong)root.Long("seed", 0, long.MaxValue, 0);
        ImmutableArray<MapReader> nodes = root.Maps("nodes");
        ImmutableArray<NodeGroup> groups = [.. nodes.Select(n => NodeGroupReader.Read(n, shapes))];
        RequireSome(root, "nodes", nodes.IsEmpty);
        if (groups.Sum(g => (long)g.Count) > Scenario.MaxNodes)
        {
            root.Error("nodes", $"are {groups.Sum(g => (long)g.Count)} together; write at most {Scenario.MaxNodes}");
        }

        MapReader? workload = root.Map("workload");
        if (workload is null)
        {
            RequireSome(root, "workload", !root.Has("workload"));
            root.RejectUnknownFields();
            return null;
        }

        ImmutableArray<MapReader> mix = workload.Maps("mix");
        ImmutableArray<PodKind> kinds = [.. mix.Select(m => PodKindReader.Read(m, schedulerName))];
        RequireSome(workload, "mix", mix.IsEmpty);
        Scenario scenario = new()
        {
            Name = name,
            Seed = seed,
            Nodes = groups,
            NetworkGigabytesPerSecond = root.Int("networkGigabytesPerSecond", 1, Link.MaxGigabytesPerSecond, 0),
            Mix = kinds,
            Arrivals = ReadArrivals(workload.Map("arrivals")),
            Pods = workload.Int("pods", 1, Scenario.MaxPods, 0),
            Load = ScenarioFields.Positive(workload, "load", 1000, 130),
        };
        root.RejectUnknownFields();
        RequireNames(nodes, groups, mix, kinds);
        if (errors.Count == before)
        {
            RequireNetwork(root, nodes, groups);
            RequirePlaces(mix, scenario);
            RequireAmount(workload, scenario);
        }

        return errors.Count == before ? scenario : null;
    }

    /// <summary>Bandwidths of domains say nothing of jobs that span several, and a level has one.</summary>
    private static void RequireNetwork(MapReader root, ImmutableArray<MapReader> nodes, ImmutableArray<NodeGroup> groups)
    {
        Dictionary<string, int> stated = new(StringComparer.Ordinal);
        for (int i = 0; i < groups.Length; i++)
        {
            ImmutableArray<MapReader> readers = nodes[i].Maps("domains");
            for (int d = 0; d < readers.Length; d++)
            {
                NodeDomains domains = groups[i].Domains[d];
                if (domains.GigabytesPerSecond > 0 && !stated.TryAdd(domains.Label, domains.GigabytesPerSecond)
                    && stated[domains.Label] != domains.GigabytesPerSecond)
                {
                    readers[d].Error("gigabytesPerSecond", $"{domains.GigabytesPerSecond} differs from the {stated[domains.Label]} that {domains.Label} has before; write the same for all of a label");
                }
            }
        }

        if (stated.Count > 0 && !root.Has("networkGigabytesPerSecond"))
        {
            root.Error("networkGigabytesPerSecond", "is required where domains have gigabytesPerSecond; write the bandwidth between nodes that share no such domain");
        }
    }

    private static void RequireSome(MapReader reader, string key, bool isMissing)
    {
        if (isMissing)
        {
            reader.Error(key, reader.Has(key) ? "is empty; add an item" : "is required; add it");
        }
    }

    private static ArrivalPattern ReadArrivals(MapReader? reader)
    {
        if (reader is null)
        {
            return new ArrivalPattern(false, 0, 0, TimeSpan.Zero);
        }

        bool isTimed = ScenarioFields.Word(reader, "kind", "order", "poisson") == 1;
        double rate = ScenarioFields.Positive(reader, "ratePerHour", 1e6, 0);
        double load = ScenarioFields.Positive(reader, "targetLoad", 1000, 0);
        TimeSpan span = reader.Duration("span", TimeSpan.FromSeconds(1), Week);
        if (span > TimeSpan.FromDays(365))
        {
            reader.Error("span", "is too long; write at most 8760h, a year");
        }

        bool hasRate = reader.Has("ratePerHour");
        bool hasLoad = reader.Has("targetLoad");
        foreach (string key in FieldsOfTime.Where(key => !isTimed && reader.Has(key)))
        {
            reader.Error(key, "says when pods come, and kind is order; write kind: poisson or remove it");
        }

        if (isTimed && hasRate == hasLoad)
        {
            reader.Error(hasRate ? "targetLoad" : "ratePerHour", hasRate
                ? "ratePerHour and targetLoad both say how many pods come; remove one"
                : "is required with kind: poisson; add it, or instead targetLoad");
        }

        return new ArrivalPattern(isTimed, rate, load, span);
    }

    private static void RequireNames(
        ImmutableArray<MapReader> nodes, ImmutableArray<NodeGroup> groups, ImmutableArray<MapReader> mix, ImmutableArray<PodKind> kinds)
    {
        for (int i = 1; i < groups.Length; i++)
        {
            int same = groups.Take(i).ToList().FindIndex(g => g.NamePrefix.Length > 0 && g.NamePrefix == groups[i].NamePrefix);
            if (same >= 0)
            {
                nodes[i].Error("namePrefix", $"\"{groups[i].NamePrefix}\" is the prefix of nodes[{same}] too; give each group its own");
            }
        }

        for (int i = 1; i < kinds.Length; i++)
        {
            int same = kinds.Take(i).ToList().FindIndex(k => k.Name.Length > 0 && k.Name == kinds[i].Name);
            if (same >= 0)
            {
                mix[i].Error("name", $"\"{kinds[i].Name}\" is the name of workload.mix[{same}] too; give each its own");
            }
        }
    }

    /// <summary>A kind of pod that fits on no node, not even on an empty one, is a mistake.</summary>
    private static void RequirePlaces(ImmutableArray<MapReader> mix, Scenario scenario)
    {
        string[] models = [.. scenario.Nodes.Select(n => n.Shape.Model).Where(m => m.Length > 0).Distinct(StringComparer.Ordinal)];
        GangCheck? gangs = null;
        for (int i = 0; i < mix.Length; i++)
        {
            PodSpec spec = scenario.Mix[i].Spec;
            string[] unknown = [.. spec.Devices.Models.Except(models, StringComparer.Ordinal)];
            foreach (string model in unknown)
            {
                mix[i].Error("models", $"no node has a {model}{Suggestion.Ask(model, models, $"; there are {(models.Length == 0 ? "no GPUs" : string.Join(", ", models))}")}");
            }

            bool fitsAlone = scenario.Nodes.Any(n => Fits(spec, n));
            if (unknown.Length == 0 && !fitsAlone)
            {
                mix[i].Error("name", $"{scenario.Mix[i].Name} fits on no node, not even on an empty one; lower what it asks for, or add nodes for it");
            }
            else if (fitsAlone && scenario.Mix[i].Gang is not null)
            {
                gangs ??= new GangCheck(scenario, Fits);
                gangs.Require(mix[i], scenario.Mix[i]);
            }
        }
    }

    private static bool Fits(PodSpec spec, NodeGroup node) =>
        spec.Containers[0].Requests.All(r => r.Value <= node.Allocatable[r.Key])
        && spec.Devices.Count <= node.Shape.Count
        && (spec.Devices.IsNone || (spec.Devices.Allows(node.Shape.Model) && spec.Devices.TryShareOf(node.Shape.Devices[0], out _)))
        && spec.NodeSelector.All(s => node.Domains.Any(d => d.Label == s.Key) || node.Labels.GetValueOrDefault(s.Key) == s.Value)
        && node.Taints.Where(t => t.Effect != TaintEffect.PreferNoSchedule).All(t => spec.Tolerations.Any(o => o.Tolerates(t)));

    private static void RequireAmount(MapReader workload, Scenario scenario)
    {
        bool isTimed = scenario.Arrivals.IsTimed;
        if (workload.Has("load") && (workload.Has("pods") || isTimed))
        {
            workload.Error("load", isTimed
                ? "is for arrivals of kind order; write arrivals.targetLoad instead"
                : "load and pods both say how many pods come; remove one");
            return;
        }

        if (isTimed && scenario.Arrivals.TargetLoad > 0
            && scenario.Mix.FirstOrDefault(k => k.Duration is null && !k.Spec.Devices.IsNone) is { } endless)
        {
            workload.Error("arrivals", $"targetLoad needs pods that leave, and {endless.Name} has no duration; add it, or write ratePerHour");
            return;
        }

        bool usesLoad = isTimed ? scenario.Arrivals.TargetLoad > 0 : scenario.Pods == 0;
        if (usesLoad && (scenario.CapacityMilli == 0 || scenario.Mix.All(k => k.Spec.Devices.IsNone)))
        {
            workload.Error(isTimed ? "arrivals" : "load", $"is a share of GPUs, and {(scenario.CapacityMilli == 0 ? "no node has any" : "no pod asks for any")}; "
                + (isTimed ? "write ratePerHour" : "write pods"));
        }
        else if (isTimed && scenario.RatePerHour < SlowestRate)
        {
            workload.Error("arrivals", FormattableString.Invariant($"bring a pod less than once in {1 / SlowestRate} hours; raise the rate or the load"));
        }
        else if (isTimed && scenario.Pods / scenario.RatePerHour > LongestRun.TotalHours)
        {
            workload.Error("pods", $"take more than {LongestRun.TotalDays / 365} years to come; raise the rate, or lower pods");
        }
        else if (isTimed && scenario.ExpectedPods < 1)
        {
            workload.Error("arrivals", "bring not even one pod; raise the rate, the load or the span");
        }
        else if (scenario.ExpectedPods > Scenario.MaxPods)
        {
            workload.Error("mix", FormattableString.Invariant($"makes about {scenario.ExpectedPods:0} pods; lower the load, the rate or the span, at most {Scenario.MaxPods} pods are made"));
        }
    }
}
