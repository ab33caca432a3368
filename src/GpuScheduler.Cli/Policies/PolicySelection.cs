using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;
using GpuScheduler.Plugins;
using GpuScheduler.Simulation;

namespace GpuScheduler.Cli;

/// <summary>Finds the policies that <c>--policy</c> names: built-in ones, and profiles of a configuration file.</summary>
internal static class PolicySelection
{
    /// <param name="names">The names.</param>
    /// <param name="configPath">The configuration; null: none.</param>
    /// <param name="open">Opens a file.</param>
    /// <param name="errors">Every error.</param>
    /// <param name="shapes">The device shapes that nodes may name: built-in ones, and those of the configuration.</param>
    public static ImmutableArray<SimulatedPolicy> Read(
        ImmutableArray<string> names, string? configPath, Func<string, Stream> open, List<string> errors, out ShapeCatalog shapes)
    {
        SchedulerConfiguration? configuration = configPath is null ? null : ReadConfiguration(configPath, open, errors);
        shapes = ShapeCatalog.BuiltIn.With(configuration?.DeviceShapes ?? []);
        ImmutableArray<SimulatedPolicy> profiles = configuration is null ? [] :
        [
            .. configuration.Profiles.Select(p => new SimulatedPolicy(
                p.SchedulerName, $"Profile {p.SchedulerName} of {Path.GetFileName(configPath)}.", (workload, _) => Start(p, workload))),
        ];
        List<SimulatedPolicy> found = [];
        foreach (string name in names)
        {
            SimulatedPolicy? policy = profiles.FirstOrDefault(p => p.Name == name) ?? PolicyCatalog.Find(name);
            if (policy is not null)
            {
                found.Add(policy);
            }
            else
            {
                string known = string.Join(", ", profiles.Concat(PolicyCatalog.All).Select(p => p.Name));
                errors.Add($"--policy: there is no policy \"{name}\"; choose from {known}");
            }
        }

        if (names.IsEmpty)
        {
            errors.Add($"--policy names no policy; write some, such as {PolicyCatalog.DefaultSelection}");
        }

        return [.. found];
    }

    private static SchedulerConfiguration? ReadConfiguration(string path, Func<string, Stream> open, List<string> errors)
    {
        if (TextFile.Read(path, open, out string problem) is not { } text)
        {
            errors.Add(problem);
            return null;
        }

        (SchedulerConfiguration? configuration, ConfigurationErrors found) = SchedulerConfigurationFile.Read(path, text, BuiltInPlugins.Catalog);
        if (configuration is null)
        {
            errors.Add(InputErrors.ToText(found));
        }

        return configuration;
    }

    private static GpuPolicyRun Start(ProfileConfiguration configuration, Workload workload)
    {
        Profile profile = ProfileFactory.Create(configuration) with { SchedulerName = WorkloadScheduler.NameOf(workload) };
        TypicalPods typical = TypicalDemand.Of(workload);
        foreach (GpuFgd fgd in profile.Score.Select(s => s.Plugin).OfType<GpuFgd>())
        {
            fgd.Publish(typical);
        }

        return new GpuPolicyRun(profile, typical);
    }
}
