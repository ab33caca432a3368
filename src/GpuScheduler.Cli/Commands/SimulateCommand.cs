using System.Collections.Immutable;
using System.CommandLine;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Simulation;

namespace GpuScheduler.Cli;

/// <summary><c>gpusched simulate</c>: runs policies over a workload and compares them.</summary>
internal static class SimulateCommand
{
    private const string Description = """
        Run scheduling policies over a workload, with the scheduler's own engine, and compare them.

        Examples:
          # A built-in cluster and workload
          gpusched simulate

          # A trace, each pod tried once in a given order, and a report with charts
          gpusched simulate --nodes nodes.csv --pods pods.csv --order order.txt --policy default,fgd,best-fit --report report.html

          # Where the pending pods of a cluster would go, and on which GPUs
          kubectl get nodes,pods -A -o yaml > dump.yaml
          gpusched simulate --cluster dump.yaml --policy default --show-pods

          # A virtual week in which pods come, wait and leave, for machines to read
          gpusched simulate --scenario mixed-timed -o json
        """;

    public static Command Make(Terminal terminal)
    {
        SimulateOptions options = new();
        Command command = new("simulate", Description);
        foreach (Option option in options.All)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) => Task.FromResult(Run(options, parsed, terminal, cancellation)));
        return command;
    }

    private static int Run(SimulateOptions options, ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        List<string> errors = [];
        ReportFormat format = options.Format(parsed, errors);
        ImmutableArray<ulong> seeds = options.Seeds(parsed, errors);
        ImmutableArray<SimulatedPolicy> policies = PolicySelection.Read(options.Policies(parsed), options.Config(parsed), terminal.Open, errors, out ShapeCatalog shapes);
        using ProgressLine progress = new(terminal);
        (Workload? workload, ConfigurationErrors inputErrors) = WorkloadInputs.Read(options.Source(parsed) with { Shapes = shapes }, terminal.Open);
        if (inputErrors.Count > 0)
        {
            errors.Add(InputErrors.ToText(inputErrors));
        }

        Func<string, ulong>? tieKey =
            options.TieOrder(parsed) is { } path && workload is not null ? TieOrderFile.Read(path, workload, terminal.Open, errors) : null;

        // Before the runs: nobody wants to learn after them that their result has nowhere to go.
        using StreamWriter? page = errors.Count == 0 ? OpenReport(options.Report(parsed), terminal, errors) : null;
        if (errors.Count > 0 || workload is null)
        {
            foreach (string error in errors)
            {
                terminal.Error.WriteLine(error);
            }

            return ExitCodes.BadInput;
        }

        FragmentationGauge gauge = new(TypicalDemand.Of(workload));
        Simulator simulator = new(workload, _ => gauge, terminal.Time, tieKey, options.ShowPods(parsed));
        List<RunResult> results = [];
        int runs = policies.Length * seeds.Length;
        foreach (SimulatedPolicy policy in policies)
        {
            foreach (ulong seed in seeds)
            {
                string what = $"{policy.Name}, seed {seed} ({results.Count + 1} of {runs})";
                results.Add(simulator.Run(policy, seed, new Progress(done => progress.Report(what, done)), cancellation));
            }
        }

        SimulationReport report = ReportBuilder.Build(workload, policies, results);
        if (options.NoTimings(parsed))
        {
            report = report.WithoutTimings();
        }

        progress.Dispose();
        ReportWriter.Write(report, format, terminal.Out);
        if (page is not null)
        {
            ReportWriter.WriteHtml(report, page);
            terminal.Error.WriteLine($"wrote {options.Report(parsed)}");
        }

        return ExitCodes.Success;
    }

    private static StreamWriter? OpenReport(string? path, Terminal terminal, List<string> errors)
    {
        try
        {
            return path is null ? null : new StreamWriter(terminal.Create(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            errors.Add($"--report: {path}: cannot be written: {e.Message.TrimEnd('.')}; choose a folder that exists and that you may write to");
            return null;
        }
    }

    /// <summary>Reports on the caller's thread, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Progress(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
