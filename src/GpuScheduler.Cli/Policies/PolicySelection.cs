using System.Collections.Immutable;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;
using GpuScheduler.Plugins;
using GpuScheduler.Simulation;

namespace GpuScheduler.Cli;

/// <summary>Finds the policies that <c>--policy</c> names: built-in ones, and profiles of a configuration file.</summary>
internal static class PolicySelection
{
    public static ImmutableArray<SimulatedPolicy> Read(
        ImmutableArray<string> names, string? configPath, Func<string, Stream> open, List<string> errors)
    {
        ImmutableArray<SimulatedPolicy> profiles = configPath is null ? [] : ReadProfiles(configPath, open, errors);
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

    private static ImmutableArray<SimulatedPolicy> ReadProfiles(string path, Func<string, Stream> open, List<string> errors)
    {
        if (TextFile.Read(path, open, out string problem) is not { } text)
        {
            errors.Add(problem);
            return [];
        }

        (SchedulerConfiguration? configuration, ConfigurationErrors found) = SchedulerConfigurationFile.Read(path, text, BuiltInPlugins.Catalog);
        if (configuration is null)
        {
            errors.Add(InputErrors.ToText(found));
            return [];
        }

        return [.. configuration.Profiles.Select(p => new SimulatedPolicy(p.SchedulerName, $"Profile {p.SchedulerName} of {Path.GetFileName(path)}.", (workload, seed) => Start(p, workload)))];
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
