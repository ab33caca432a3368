using System.Diagnostics.CodeAnalysis;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Simulation;

/// <summary>Finds, reads and runs a scenario.</summary>
internal static class ScenarioInput
{
    public static Workload? Read(WorkloadSource source, InputFiles files, ConfigurationErrors errors)
    {
        if (!TryFind(source.Scenario ?? ScenarioCatalog.Default, files, errors, out string? name, out string? file, out string? text)
            || DocumentParser.ParseOne(file, text, DocumentOptions.HandWritten, errors) is not { } document
            || ScenarioReader.Read(document, name, source.SchedulerName, source.Shapes, errors) is not { } scenario)
        {
            return null;
        }

        if (source.Timed && !scenario.Arrivals.IsTimed)
        {
            errors.Add(new(file, document.Line, document.Column, "workload.arrivals.kind", $"is order, and {WorkloadSource.TimedOption} needs times; "
                + $"write kind: poisson, or remove {WorkloadSource.TimedOption}"));
            return null;
        }

        return ScenarioGenerator.Generate(scenario, source.Seed ?? scenario.Seed);
    }

    private static bool TryFind(
        string scenario, InputFiles files, ConfigurationErrors errors,
        [NotNullWhen(true)] out string? name, [NotNullWhen(true)] out string? file, [NotNullWhen(true)] out string? text)
    {
        name = scenario;
        file = $"{scenario} (built in)";
        if (ScenarioCatalog.Names.Contains(scenario, StringComparer.Ordinal))
        {
            text = ScenarioCatalog.Read(scenario);
            return true;
        }

        text = null;
        file = scenario;
        name = Path.GetFileNameWithoutExtension(scenario);
        if (files.ReadIfThere(scenario, out bool isMissing) is { } found)
        {
            return found.TryText(errors, out text);
        }

        if (isMissing)
        {
            errors.Add(new(WorkloadSource.ScenarioOption, 0, 0, "", $"\"{scenario}\" is neither a file nor a scenario that comes with the program"
                + Suggestion.Ask(scenario, ScenarioCatalog.Names, $"; write a path, or one of {string.Join(", ", ScenarioCatalog.Names)}")));
        }

        return false;
    }
}
