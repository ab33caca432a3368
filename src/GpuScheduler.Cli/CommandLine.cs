using System.CommandLine;

namespace GpuScheduler.Cli;

/// <summary>The <c>gpusched</c> command.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command line to its end.</summary>
    /// <returns>The exit code: see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        RootCommand root = new("GpuScheduler: places pods on GPUs.\n\nFiles, fields and messages follow Kubernetes' conventions. "
            + "Exit codes: 0 success, 1 failure, 2 wrong arguments or input.");
        root.Subcommands.Add(DemoCommand.Make(terminal));
        root.Subcommands.Add(RunCommand.Make(terminal));
        root.Subcommands.Add(SimulateCommand.Make(terminal));
        root.Subcommands.Add(PoliciesCommand.Make(terminal));
        root.Subcommands.Add(ScenariosCommand.Make(terminal));
        root.Subcommands.Add(ConfigCommand.Make(terminal));
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(e => e.Message).Distinct(StringComparer.Ordinal))
            {
                await terminal.Error.WriteLineAsync($"gpusched: {message}").ConfigureAwait(false);
            }

            await terminal.Error.WriteLineAsync("See 'gpusched --help'.").ConfigureAwait(false);
            return ExitCodes.BadInput;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (IOException e)
        {
            await terminal.Error.WriteLineAsync($"gpusched: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Failure;
        }
        catch (UnauthorizedAccessException e)
        {
            await terminal.Error.WriteLineAsync($"gpusched: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Failure;
        }
    }
}
