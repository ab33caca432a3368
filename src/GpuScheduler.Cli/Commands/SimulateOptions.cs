using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using GpuScheduler.Simulation;

namespace GpuScheduler.Cli;

/// <summary>The options of <c>gpusched simulate</c>.</summary>
internal sealed class SimulateOptions
{
    private readonly Option<string?> _nodes = Text(WorkloadSource.NodesOption, "FILE", "Nodes of a trace, CSV.");
    private readonly Option<string?> _pods = Text(WorkloadSource.PodsOption, "FILE", "Pods of a trace, CSV.");
    private readonly Option<string?> _order = Text(WorkloadSource.OrderOption, "FILE", "Order in which a trace's pods arrive: one zero-based row number a line.");
    private readonly Option<string[]> _cluster = new(WorkloadSource.ClusterOption)
    {
        HelpName = "FILE",
        Description = "Manifests, or a dump such as 'kubectl get nodes,pods -A -o yaml' prints; may be given more than once.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _scenario = Text(
        WorkloadSource.ScenarioOption, "NAME|FILE", "A built-in scenario ('gpusched scenarios') or a scenario file. Without any input: mixed.");

    private readonly Option<bool> _timed = new(WorkloadSource.TimedOption)
    {
        Description = "Pods of a trace come and leave at its times, and wait while they do not fit. Otherwise each is tried once, in order.",
    };

    private readonly Option<ulong?> _workloadSeed = new("--workload-seed") { HelpName = "N", Description = "Seed of a scenario, instead of its own." };
    private readonly Option<string> _policies = new("--policy")
    {
        HelpName = "NAMES",
        Description = "Policies to compare, separated by commas ('gpusched policies'); also names of profiles of --config.",
        DefaultValueFactory = _ => PolicyCatalog.DefaultSelection,
    };

    private readonly Option<string?> _config = Text("--config", "FILE", "A KubeSchedulerConfiguration whose profiles --policy may name.");
    private readonly Option<string> _seeds = new("--seed")
    {
        HelpName = "NUMBERS",
        Description = "Seeds, separated by commas: each policy runs once with each. They order ties and feed the random policy.",
        DefaultValueFactory = _ => "42",
    };

    private readonly Option<string?> _tieOrder = Text(
        "--tie-order", "FILE", "Node names in the order in which ties are broken, instead of by seed; for comparing with published runs.");

    private readonly Option<string> _output = new("--output", "-o")
    {
        HelpName = "FORMAT",
        Description = "table, wide, json, yaml or csv.",
        DefaultValueFactory = _ => "table",
    };

    private readonly Option<bool> _showPods = new("--show-pods")
    {
        Description = "Also tell what became of each pod: its node and GPUs, or why it has none. With -o csv, this instead of the curves.",
    };

    private readonly Option<string?> _report = Text("--report", "FILE", "Also write a web page with charts; it needs nothing but itself.");
    private readonly Option<bool> _noTimings = new("--no-timings") { Description = "Leave out how long runs took, so that the same run prints the same bytes." };

    public IEnumerable<Option> All =>
        [_nodes, _pods, _order, _cluster, _scenario, _timed, _workloadSeed, _policies, _config, _seeds, _tieOrder, _output, _showPods, _report, _noTimings];

    public WorkloadSource Source(ParseResult parsed) => new()
    {
        NodesPath = parsed.GetValue(_nodes),
        PodsPath = parsed.GetValue(_pods),
        OrderPath = parsed.GetValue(_order),
        ClusterPaths = [.. parsed.GetValue(_cluster) ?? []],
        Scenario = parsed.GetValue(_scenario),
        Timed = parsed.GetValue(_timed),
        Seed = parsed.GetValue(_workloadSeed),
    };

    public ImmutableArray<string> Policies(ParseResult parsed) => Split(parsed.GetValue(_policies)!);

    public string? Config(ParseResult parsed) => parsed.GetValue(_config);

    /// <summary>The seeds; what is not a whole number goes into <paramref name="errors"/>.</summary>
    public ImmutableArray<ulong> Seeds(ParseResult parsed, ICollection<string> errors)
    {
        ImmutableArray<ulong>.Builder seeds = ImmutableArray.CreateBuilder<ulong>();
        int before = errors.Count;
        foreach (string text in Split(parsed.GetValue(_seeds)!))
        {
            if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
            {
                seeds.Add(seed);
            }
            else
            {
                errors.Add($"--seed: \"{text}\" is not a whole number; write one such as 42, or several such as 42,43,44");
            }
        }

        if (seeds.Count == 0 && errors.Count == before)
        {
            errors.Add("--seed names no seed; write one such as 42, or several such as 42,43,44");
        }

        return [.. seeds.Distinct()];
    }

    public string? TieOrder(ParseResult parsed) => parsed.GetValue(_tieOrder);

    public ReportFormat Format(ParseResult parsed, ICollection<string> errors)
    {
        string text = parsed.GetValue(_output)!;
        if (text.All(char.IsAsciiLetter) && Enum.TryParse(text, ignoreCase: true, out ReportFormat format))
        {
            return format;
        }

        errors.Add($"--output: \"{text}\" is no format; write table, wide, json, yaml or csv");
        return default;
    }

    public bool ShowPods(ParseResult parsed) => parsed.GetValue(_showPods);

    public string? Report(ParseResult parsed) => parsed.GetValue(_report);

    public bool NoTimings(ParseResult parsed) => parsed.GetValue(_noTimings);

    private static Option<string?> Text(string name, string argument, string description) =>
        new(name) { HelpName = argument, Description = description };

    private static ImmutableArray<string> Split(string list) =>
        [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
}
