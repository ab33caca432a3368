using System.Diagnostics.CodeAnalysis;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Reads whatever describes a cluster and its pods into a <see cref="Workload"/>.</summary>
public static class WorkloadInputs
{
    /// <summary>Reads a workload. The same source gives the same workload on any machine.</summary>
    /// <param name="source">Which files or scenario.</param>
    /// <param name="open">Opens a file for reading; throws as <see cref="File.OpenRead"/> does.</param>
    /// <returns>The workload, or null and every error.</returns>
    public static (Workload? Workload, ConfigurationErrors Errors) Read(WorkloadSource source, Func<string, Stream> open)
    {
        ConfigurationErrors errors = [];
        OptionRules.Check(source, errors);
        if (errors.Count > 0)
        {
            return (null, errors);
        }

        InputFiles files = new(open, errors);
        Workload? workload = source switch
        {
            { NodesPath: { } nodes, PodsPath: { } pods } => ReadPair(source, nodes, pods, files, errors),
            { ClusterPaths.IsEmpty: false } => ReadCluster(source, files, errors),
            _ => ScenarioInput.Read(source, files, errors),
        };
        return (errors.Count == 0 ? workload : null, errors);
    }

    /// <summary>Trace or manifests: the content decides.</summary>
    private static Workload? ReadPair(WorkloadSource source, string nodesPath, string podsPath, InputFiles files, ConfigurationErrors errors)
    {
        InputFile? nodes = files.Read(nodesPath);
        InputFile? pods = files.Read(podsPath);
        InputFile? order = source.OrderPath is { } path ? files.Read(path) : null;
        if (nodes is null || pods is null)
        {
            return null;
        }

        if (!nodes.IsManifest && !pods.IsManifest)
        {
            return TraceReader.Read(source, nodes, pods, order, errors);
        }

        if (nodes.IsManifest != pods.IsManifest)
        {
            (InputFile manifest, InputFile table) = nodes.IsManifest ? (nodes, pods) : (pods, nodes);
            errors.Add(new(manifest.Name, 0, 0, "", $"is a manifest and {table.Name} is a CSV table; give both as tables, or both as manifests with {WorkloadSource.ClusterOption}"));
            return null;
        }

        if (HasTraceOptions(source, nodes, errors))
        {
            return null;
        }

        return DumpReader.Read(source, [nodes, pods], errors);
    }

    private static Workload? ReadCluster(WorkloadSource source, InputFiles files, ConfigurationErrors errors)
    {
        InputFile?[] all = [.. source.ClusterPaths.Select(files.Read)];
        foreach (InputFile table in all.OfType<InputFile>().Where(f => f.IsTable))
        {
            errors.Add(new(table.Name, 1, 1, "", $"is a CSV table, and {WorkloadSource.ClusterOption} reads manifests; "
                + $"give a trace with {WorkloadSource.NodesOption} and {WorkloadSource.PodsOption}"));
        }

        return DumpReader.Read(source, [.. all.OfType<InputFile>().Where(f => !f.IsTable)], errors);
    }

    [SuppressMessage("Style", "IDE0046", Justification = "Two rules in a row read better than one expression.")]
    private static bool HasTraceOptions(WorkloadSource source, InputFile manifest, ConfigurationErrors errors)
    {
        if (source.OrderPath is not null)
        {
            errors.Add(new(WorkloadSource.OrderOption, 0, 0, "", $"numbers the rows of a trace, and {manifest.Name} is a manifest; remove it"));
        }

        if (source.Timed)
        {
            errors.Add(new(WorkloadSource.TimedOption, 0, 0, "", $"takes the times of a trace, and {manifest.Name} is a manifest; remove it"));
        }

        return source.OrderPath is not null || source.Timed;
    }
}
