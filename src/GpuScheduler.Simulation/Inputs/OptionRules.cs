using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Which options of a source go together.</summary>
internal static class OptionRules
{
    public static void Check(WorkloadSource source, ConfigurationErrors errors)
    {
        bool nodes = source.NodesPath is not null;
        bool pods = source.PodsPath is not null;
        bool order = source.OrderPath is not null;
        bool cluster = !source.ClusterPaths.IsEmpty;
        bool scenario = source.Scenario is not null;

        Add(nodes && !pods && !cluster && !scenario, WorkloadSource.NodesOption, $"a trace is two files and {WorkloadSource.PodsOption} is missing; add it");
        Add(pods && !nodes && !cluster && !scenario, WorkloadSource.PodsOption, $"a trace is two files and {WorkloadSource.NodesOption} is missing; add it");
        Add(order && !pods, WorkloadSource.OrderOption, $"numbers the rows of {WorkloadSource.PodsOption}, which is missing; add that or remove this");
        Add(order && source.Timed, WorkloadSource.OrderOption, $"sets the order of arrivals and so does {WorkloadSource.TimedOption}; remove one of the two");
        foreach ((bool isGiven, string option) in new[] { (nodes, WorkloadSource.NodesOption), (pods, WorkloadSource.PodsOption) })
        {
            Add(isGiven && scenario, WorkloadSource.ScenarioOption, $"makes its own nodes and pods and {option} brings others; remove one of the two");
            Add(isGiven && cluster, WorkloadSource.ClusterOption, $"brings its own nodes and pods and {option} brings others; remove one of the two");
        }

        Add(cluster && scenario, WorkloadSource.ScenarioOption, $"makes its own nodes and pods and {WorkloadSource.ClusterOption} brings others; remove one of the two");
        Add(cluster && source.Timed, WorkloadSource.TimedOption, $"needs times of arrival and departure, and what {WorkloadSource.ClusterOption} reads has none; remove one of the two");

        void Add(bool isWrong, string option, string message)
        {
            if (isWrong)
            {
                errors.Add(new(option, 0, 0, "", message));
            }
        }
    }
}
