using System.CommandLine;
using GpuScheduler.Framework;
using GpuScheduler.Kubernetes;
using GpuScheduler.Manifests;
using GpuScheduler.Plugins;
using GpuScheduler.Server;
using GpuScheduler.Simulation;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Cli;

/// <summary><c>gpusched run</c>: schedules a Kubernetes cluster.</summary>
internal static class RunCommand
{
    private const string Description = """
        Schedule the pods of a Kubernetes cluster that name one of the configuration's profiles in spec.schedulerName.

        Examples:
          # As the kubeconfig says; every default holds
          gpusched run

          # As manifests/base runs it
          gpusched run --config scheduler-config.yaml --log-format json

          # Against another cluster, alone, with every decision in the log
          gpusched run --kubeconfig ~/.kube/lab --context lab --leader-elect=false -v 4
        """;

    /// <summary>What holds where no configuration is given.</summary>
    private const string Defaults = $"apiVersion: {SchedulerConfiguration.ApiVersion}\nkind: {SchedulerConfiguration.Kind}\n";

    public static Command Make(Terminal terminal)
    {
        RunOptions options = new();
        Command command = new("run", Description);
        foreach (Option option in options.All)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) => RunAsync(options, parsed, terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(RunOptions options, ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        List<string> errors = [];
        (SchedulerConfiguration configuration, string text) = ReadConfiguration(options.Config(parsed), terminal, errors);
        if (options.LeaderElect(parsed) is { } leaderElect)
        {
            configuration = configuration with { LeaderElection = configuration.LeaderElection with { LeaderElect = leaderElect } };
        }

        LogFormat format = options.Format(parsed, errors);
        ServerOptions server = options.Server(parsed, errors);
        using ApiConnection? connection = options.Connect(parsed, configuration.ClientConnection, terminal.Time, errors);
        if (errors.Count > 0 || connection is null)
        {
            foreach (string error in errors)
            {
                await terminal.Error.WriteLineAsync(error).ConfigureAwait(false);
            }

            return ExitCodes.BadInput;
        }

        using ILoggerFactory logs = SchedulerLogging.Create(format, options.Verbosity(parsed));
        SchedulerProcessOptions process = new()
        {
            Configuration = configuration,
            ConfigurationText = text,
            Server = server,
            Identity = $"{Environment.MachineName}_{Guid.NewGuid():N}",
            Seed = options.Seed(parsed),
            Time = terminal.Time,
        };
        try
        {
            await using SchedulerProcess scheduler = await SchedulerProcess.StartAsync(process, connection, logs, cancellation).ConfigureAwait(false);
            await scheduler.RunAsync(cancellation).ConfigureAwait(false);
            return ExitCodes.Success;
        }
        catch (FormatException e)
        {
            await terminal.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCodes.BadInput;
        }
    }

    private static (SchedulerConfiguration Configuration, string Text) ReadConfiguration(string? path, Terminal terminal, List<string> errors)
    {
        string? text = Defaults;
        if (path is not null && (text = TextFile.Read(path, terminal.Open, out string problem)) is null)
        {
            errors.Add(problem);
            return (new SchedulerConfiguration(), "");
        }

        (SchedulerConfiguration? configuration, ConfigurationErrors found) = SchedulerConfigurationFile.Read(path ?? "defaults", text, BuiltInPlugins.Catalog);
        if (configuration is null)
        {
            errors.Add(InputErrors.ToText(found));
        }

        return (configuration ?? new SchedulerConfiguration(), text);
    }
}
