using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Simulation;

/// <summary>Reads dumps of clusters and manifests: bound pods hold their places, pending ones come.</summary>
internal static class DumpReader
{
    public static Workload? Read(WorkloadSource source, ImmutableArray<InputFile> files, ConfigurationErrors errors)
    {
        ImmutableArray<InputFile> texts = [.. files.Where(f => f.IsText(errors))];
        ClusterManifest? cluster = ManifestReader.Read(texts.Select(f => new ManifestFile(f.Name, f.Content)), errors, source.Shapes);
        if (cluster is null || errors.Count > 0)
        {
            return null;
        }

        string names = string.Join(", ", files.Select(f => f.Name));
        if (cluster.Nodes.IsEmpty)
        {
            errors.Add(new(names, 0, 0, "", "there is no Node here; add nodes, as kubectl get nodes,pods -A -o yaml prints them"));
        }

        Pod[] pods = [.. cluster.Pods.Where(p => !p.IsTerminal)];
        Pod[] pending = [.. pods.Where(p => p.BoundNode.Length == 0)];
        Pod[] coming = source.OwnPodsOnly ? [.. pending.Where(p => p.Spec.SchedulerName == source.SchedulerName)] : [.. pending.Select(p => Named(p, source.SchedulerName))];
        if (coming.Length == 0)
        {
            errors.Add(new(names, 0, 0, "", pending.Length == 0
                ? "there is no pending pod here; add pods without spec.nodeName to be tried"
                : $"none of the {pending.Length} pending pods names the scheduler {source.SchedulerName}; try all pods, or correct the name"));
        }

        return new Workload
        {
            Name = string.Join(", ", files.Select(f => Path.GetFileName(f.Name))),
            Nodes = cluster.Nodes,
            BoundPods = [.. pods.Where(p => p.BoundNode.Length > 0)],
            Budgets = cluster.Budgets,
            Arrivals =
            [
                .. coming.OrderByDescending(p => p.Priority).ThenBy(p => p.Created).ThenBy(p => p.ToString(), StringComparer.Ordinal)
                    .Select(p => new Arrival(p, TimeSpan.Zero, null)),
            ],
            Population = [.. pods.Select(p => p.Spec)],
            Gangs = cluster.Gangs,
            Topology = cluster.Topology,
            Notes = [.. cluster.Notes, .. cluster.Topology.On(cluster.Nodes).Problems],
        };
    }

    private static Pod Named(Pod pod, string schedulerName) =>
        pod.Spec.SchedulerName == schedulerName ? pod : pod with { Spec = pod.Spec with { SchedulerName = schedulerName } };
}
