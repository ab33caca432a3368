using System.CommandLine;

namespace GpuScheduler.Cli;

/// <summary><c>gpusched policies</c>: what can be simulated.</summary>
internal static class PoliciesCommand
{
    public static Command Make(Terminal terminal)
    {
        Command command = new("policies", "List the policies that 'gpusched simulate --policy' knows.\n\nExamples:\n  gpusched policies");
        command.SetAction(_ =>
        {
            NameTable.Write(terminal.Out, "NAME", "HOW IT WORKS", PolicyCatalog.All.Select(p => (p.Name, p.Description)));
            return ExitCodes.Success;
        });
        return command;
    }
}
