using System.CommandLine;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;
using GpuScheduler.Plugins;
using GpuScheduler.Simulation;

namespace GpuScheduler.Cli;

/// <summary><c>gpusched config check</c>: what is wrong with a scheduler configuration, all at once.</summary>
internal static class ConfigCommand
{
    private const string CheckDescription = """
        Check a KubeSchedulerConfiguration and show which plugins run at each point, in order.

        Examples:
          gpusched config check scheduler-config.yaml
        """;

    public static Command Make(Terminal terminal)
    {
        Argument<string> file = new("FILE") { Description = "The configuration." };
        Command check = new("check", CheckDescription);
        check.Arguments.Add(file);
        check.SetAction(parsed => Check(parsed.GetValue(file)!, terminal));
        Command config = new("config", "Work with scheduler configurations.");
        config.Subcommands.Add(check);
        return config;
    }

    private static int Check(string path, Terminal terminal)
    {
        if (TextFile.Read(path, terminal.Open, out string problem) is not { } text)
        {
            terminal.Error.WriteLine(problem);
            return ExitCodes.BadInput;
        }

        (SchedulerConfiguration? configuration, ConfigurationErrors errors) = SchedulerConfigurationFile.Read(path, text, BuiltInPlugins.Catalog);
        if (configuration is null)
        {
            terminal.Error.WriteLine(InputErrors.ToText(errors));
            return ExitCodes.BadInput;
        }

        foreach (ProfileConfiguration profile in configuration.Profiles)
        {
            terminal.Out.WriteLine($"profile {profile.SchedulerName}");
            foreach (ExtensionPoints point in Enum.GetValues<ExtensionPoints>().Where(p => !profile.At(p).IsEmpty))
            {
                terminal.Out.WriteLine($"  {point}: {string.Join(", ", profile.At(point))}");
            }
        }

        return ExitCodes.Success;
    }
}
