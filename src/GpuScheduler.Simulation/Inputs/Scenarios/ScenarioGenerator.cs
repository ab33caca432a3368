using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>Makes a workload of a scenario: a function of scenario and seed alone.</summary>
internal sealed class ScenarioGenerator
{
    /// <summary>So many specs stand for the mix as policies may know it.</summary>
    private const int PopulationSize = 1000;

    private readonly Scenario _scenario;
    private readonly SplitMix64 _kinds;
    private readonly SplitMix64 _times;
    private readonly SplitMix64 _durations;
    private readonly int[] _made;
    private readonly long _totalWeight;

    private ScenarioGenerator(Scenario scenario, ulong seed)
    {
        // A stream for each question: durations of other kinds do not change who comes.
        SplitMix64 seeds = new(seed);
        _kinds = new SplitMix64(seeds.Next());
        _times = new SplitMix64(seeds.Next());
        _durations = new SplitMix64(seeds.Next());
        _scenario = scenario;
        _made = new int[scenario.Mix.Length];
        _totalWeight = scenario.Mix.Sum(k => (long)k.Weight);
    }

    public static Workload Generate(Scenario scenario, ulong seed)
    {
        ScenarioGenerator generator = new(scenario, seed);
        return new Workload
        {
            Name = scenario.Name,
            Nodes = Nodes(scenario),
            Arrivals = scenario.Arrivals.IsTimed ? generator.Timed() : generator.InOrder(),
            Population = generator.Population(),
            IsTimed = scenario.Arrivals.IsTimed,
        };
    }

    private static ImmutableArray<Node> Nodes(Scenario scenario)
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

    private ImmutableArray<Arrival> InOrder()
    {
        ImmutableArray<Arrival>.Builder arrivals = ImmutableArray.CreateBuilder<Arrival>();
        double wanted = _scenario.Load / 100 * _scenario.CapacityMilli;
        long milli = 0;
        while (_scenario.Pods > 0 ? arrivals.Count < _scenario.Pods : milli < wanted)
        {
            int kind = NextKind();
            milli += _scenario.MilliOf(_scenario.Mix[kind]);
            arrivals.Add(new Arrival(NextPod(kind), TimeSpan.Zero, null));
        }

        return arrivals.ToImmutable();
    }

    private ImmutableArray<Arrival> Timed()
    {
        ImmutableArray<Arrival>.Builder arrivals = ImmutableArray.CreateBuilder<Arrival>();
        double millisecondsBetween = 3_600_000 / _scenario.RatePerHour;
        TimeSpan now = TimeSpan.Zero;
        while (true)
        {
            // Rounded each time, so that the sum is exact.
            now += TimeSpan.FromMilliseconds((long)Math.Round(millisecondsBetween * _times.Exponential()));
            if (_scenario.Pods > 0 ? arrivals.Count == _scenario.Pods : now > _scenario.Arrivals.Span)
            {
                return arrivals.ToImmutable();
            }

            int kind = NextKind();
            arrivals.Add(new Arrival(NextPod(kind), now, _scenario.Mix[kind].Duration?.Draw(_durations)));
        }
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

    private Pod NextPod(int kind) => new()
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"{_scenario.Mix[kind].Name}-{++_made[kind]}"),
        Priority = _scenario.Mix[kind].Priority,
        Spec = _scenario.Mix[kind].Spec,
    };

    private ImmutableArray<PodSpec> Population() =>
    [
        .. _scenario.Mix.SelectMany(k => Enumerable.Repeat(k.Spec, (int)Math.Max(1, ((long)k.Weight * PopulationSize + (_totalWeight / 2)) / _totalWeight))),
    ];
}
