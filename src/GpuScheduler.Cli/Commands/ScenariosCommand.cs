using System.CommandLine;
using GpuScheduler.Simulation;

namespace GpuScheduler.Cli;

/// <summary><c>gpusched scenarios</c>: the built-in clusters and workloads.</summary>
internal static class ScenariosCommand
{
    private const string Description = """
        List the built-in scenarios, or print one as a start for your own.

        Examples:
          gpusched scenarios
          gpusched scenarios mixed > mine.yaml
          gpusched simulate --scenario mine.yaml
        """;

    public static Command Make(Terminal terminal)
    {
        Argument<string?> name = new("NAME") { Description = "The scenario to print.", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("scenarios", Description);
        command.Arguments.Add(name);
        command.SetAction(parsed => Run(parsed.GetValue(name), terminal));
        return command;
    }

    private static int Run(string? name, Terminal terminal)
    {
        if (name is null)
        {
            NameTable.Write(terminal.Out, "NAME", "DESCRIPTION", ScenarioCatalog.Names.Select(n => (n, DescriptionOf(n))));
            return ExitCodes.Success;
        }

        if (!ScenarioCatalog.Names.Contains(name, StringComparer.Ordinal))
        {
            terminal.Error.WriteLine($"there is no scenario \"{name}\"; choose from {string.Join(", ", ScenarioCatalog.Names)}");
            return ExitCodes.BadInput;
        }

        terminal.Out.Write(ScenarioCatalog.Read(name));
        return ExitCodes.Success;
    }

    /// <summary>The first sentence of the comment that a scenario's file begins with.</summary>
    private static string DescriptionOf(string name)
    {
        string comment = string.Join(' ', ScenarioCatalog.Read(name).Split('\n').TakeWhile(l => l.StartsWith('#')).Select(l => l.TrimStart('#').Trim()));
        int end = comment.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? comment : comment[..(end + 1)];
    }
}
