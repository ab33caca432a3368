using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>Makes a workload of a scenario: a function of scenario and seed alone.</summary>
internal sealed class ScenarioGenerator
{
    /// <summary>So many specs stand for the mix as policies may know it.</summary>
    private const int PopulationSize = 1000;

    private const string Namespace = "default";

    private readonly Scenario _scenario;
    private readonly SplitMix64 _kinds;
    private readonly SplitMix64 _times;
    private readonly SplitMix64 _durations;
    private readonly SplitMix64 _sizes;
    private readonly ImmutableArray<Arrival>.Builder _arrivals = ImmutableArray.CreateBuilder<Arrival>();
    private readonly ImmutableArray<GangObject>.Builder _gangs = ImmutableArray.CreateBuilder<GangObject>();
    private readonly int[] _made;
    private readonly long _totalWeight;

    private ScenarioGenerator(Scenario scenario, ulong seed)
    {
        // A stream for each question: durations of other kinds do not change who comes.
        SplitMix64 seeds = new(seed);
        _kinds = new SplitMix64(seeds.Next());
        _times = new SplitMix64(seeds.Next());
        _durations = new SplitMix64(seeds.Next());
        _sizes = new SplitMix64(seeds.Next());
        _scenario = scenario;
        _made = new int[scenario.Mix.Length];
        _totalWeight = scenario.Mix.Sum(k => (long)k.Weight);
    }

    public static Workload Generate(Scenario scenario, ulong seed)
    {
        ScenarioGenerator generator = new(scenario, seed);
        if (scenario.Arrivals.IsTimed)
        {
            generator.MakeTimed();
        }
        else
        {
            generator.MakeInOrder();
        }

        return new Workload
        {
            Name = scenario.Name,
            Nodes = Nodes(scenario),
            Arrivals = generator._arrivals.ToImmutable(),
            Gangs = generator._gangs.ToImmutable(),
            Population = generator.Population(),
            Network = NetworkOf(scenario),
            IsTimed = scenario.Arrivals.IsTimed,
        };
    }

    /// <summary>The cluster.</summary>
    public static ImmutableArray<Node> Nodes(Scenario scenario)
    {
        ImmutableArray<Node>.Builder nodes = ImmutableArray.CreateBuilder<Node>();
        Dictionary<string, int> firstFree = new(StringComparer.Ordinal);
        foreach (NodeGroup group in scenario.Nodes)
        {
            for (int i = 0; i < group.Count; i++)
            {
                ImmutableSortedDictionary<string, string>.Builder labels = group.Labels.ToBuilder();
                foreach (NodeDomains domains in group.Domains)
                {
                    int number = domains.Count > 0 ? i % domains.Count : firstFree.GetValueOrDefault(domains.Label) + (i / domains.Size);
                    labels[domains.Label] = ValueOf(domains, number);
                }

                nodes.Add(new Node
                {
                    Name = string.Create(CultureInfo.InvariantCulture, $"{group.NamePrefix}{i:00000}"),
                    Labels = labels.ToImmutable(),
                    Taints = group.Taints,
                    Allocatable = group.Allocatable,
                    Shape = group.Shape,
                });
            }

            // Racks of one group are not those of another.
            foreach (NodeDomains domains in group.Domains.Where(d => d.Size > 0))
            {
                firstFree[domains.Label] = firstFree.GetValueOrDefault(domains.Label) + ((group.Count + domains.Size - 1) / domains.Size);
            }
        }

        return nodes.ToImmutable();
    }

    private static NetworkBandwidths? NetworkOf(Scenario scenario) => scenario.NetworkGigabytesPerSecond == 0 ? null : new NetworkBandwidths(
        scenario.Nodes.SelectMany(g => g.Domains).Where(d => d.GigabytesPerSecond > 0).DistinctBy(d => d.Label)
            .ToImmutableSortedDictionary(d => d.Label, d => d.GigabytesPerSecond, StringComparer.Ordinal),
        scenario.NetworkGigabytesPerSecond);

    private static string ValueOf(NodeDomains domains, int number)
    {
        if (domains.Label != WellKnownLabels.GpuClique || domains.Prefix.Length > 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{domains.Prefix}{number}");
        }

        // A clique is named by its cluster's UUID and a number in it.
        SplitMix64 random = new((ulong)number);
        ulong high = random.Next();
        ulong low = random.Next();
        return string.Create(CultureInfo.InvariantCulture,
            $"{high >> 32:x8}-{high >> 16 & 0xffff:x4}-4{high & 0xfff:x3}-{0x8000 | (low >> 48 & 0x3fff):x4}-{low & 0xffffffffffff:x12}.1");
    }

    private void MakeInOrder()
    {
        double wanted = _scenario.Load / 100 * _scenario.CapacityMilli;
        double milli = 0;
        while (_scenario.Pods > 0 ? _arrivals.Count < _scenario.Pods : milli < wanted)
        {
            int kind = NextKind();
            milli += (double)_scenario.MilliOf(_scenario.Mix[kind]) * Add(kind, TimeSpan.Zero, null);
        }
    }

    private void MakeTimed()
    {
        double millisecondsBetween = 3_600_000 / _scenario.RatePerHour;
        TimeSpan now = TimeSpan.Zero;
        while (true)
        {
            // Rounded each time, so that the sum is exact.
            now += TimeSpan.FromMilliseconds((long)Math.Round(millisecondsBetween * _times.Exponential()));
            if (_scenario.Pods > 0 ? _arrivals.Count >= _scenario.Pods : now > _scenario.Arrivals.Span)
            {
                return;
            }

            int kind = NextKind();
            Add(kind, now, _scenario.Mix[kind].Duration?.Draw(_durations));
        }
    }

    /// <summary>A pod comes, or a gang: all its pods at once, with one duration.</summary>
    /// <returns>How many pods.</returns>
    private int Add(int kind, TimeSpan at, TimeSpan? duration)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{_scenario.Mix[kind].Name}-{++_made[kind]}");
        if (_scenario.Mix[kind].Gang is not { } template)
        {
            _arrivals.Add(new Arrival(PodOf(kind, name, null), at, duration));
            return 1;
        }

        int size = template.Draw(_sizes);
        GangKey key = new(GangKinds.PodGroup, Namespace, name);
        _gangs.Add(new GangObject { Key = key, Group = template.GroupOf(size), Priority = _scenario.Mix[kind].Priority });
        int rank = 0;
        foreach ((string group, int pods) in template.Groups.IsEmpty ? [("", size)] : template.Groups.Select(g => (g.Name, g.Size!.Value)))
        {
            for (int i = 0; i < pods; i++, rank++)
            {
                string pod = string.Create(CultureInfo.InvariantCulture, $"{name}.{rank}");
                _arrivals.Add(new Arrival(PodOf(kind, pod, new GangMembership(key, group, rank)), at, duration));
            }
        }

        return size;
    }

    private int NextKind()
    {
        long at = _kinds.Below(_totalWeight);
        int kind = 0;
        while (at >= _scenario.Mix[kind].Weight)
        {
            at -= _scenario.Mix[kind++].Weight;
        }

        return kind;
    }

    private Pod PodOf(int kind, string name, GangMembership? gang) => new()
    {
        Namespace = Namespace,
        Name = name,
        Priority = _scenario.Mix[kind].Priority,
        Spec = _scenario.Mix[kind].Spec,
        Gang = gang,
    };

    private ImmutableArray<PodSpec> Population()
    {
        long[] amounts = [.. _scenario.Mix.Select(k => (long)Math.Round(k.Weight * k.MeanPods))];
        long total = amounts.Sum();
        return [.. _scenario.Mix.SelectMany((k, i) => Enumerable.Repeat(k.Spec, (int)Math.Max(1, ((amounts[i] * PopulationSize) + (total / 2)) / total)))];
    }
}
