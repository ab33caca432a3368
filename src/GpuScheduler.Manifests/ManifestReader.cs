using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>
/// Reads nodes, pods, gangs and topologies from manifests and from <c>kubectl get … -o json|yaml</c>. These are API objects: fields that we do not know come from newer servers and are
/// passed over, what we know must be right.
/// </summary>
public static class ManifestReader
{
    /// <summary>All objects of <paramref name="files"/> together, or null where <paramref name="errors"/> got any.</summary>
    /// <param name="files">The files.</param>
    /// <param name="errors">Every error.</param>
    /// <param name="shapes">Device shapes that nodes may name; null: those that come with the program.</param>
    public static ClusterManifest? Read(IEnumerable<ManifestFile> files, ConfigurationErrors errors, ShapeCatalog? shapes = null)
    {
        int before = errors.Count;
        ObjectCollector collector = new(errors);
        foreach (ManifestFile file in files)
        {
            foreach (DocumentNode document in DocumentParser.Parse(file.Name, file.Utf8.Span, DocumentOptions.ApiObjects, errors))
            {
                collector.Add(document);
            }
        }

        Notes notes = new();
        NodeReader nodes = new(errors, notes, shapes ?? ShapeCatalog.BuiltIn);
        PriorityClasses priorities = new();
        BudgetReader budgets = new();
        foreach (ManifestObject item in collector.Objects)
        {
            switch (item)
            {
                case { Kind: "Node", ApiVersion: "v1" }:
                    nodes.Read(item);
                    break;
                case { Kind: "PriorityClass", ApiVersion: "scheduling.k8s.io/v1" }:
                    priorities.Read(item);
                    break;
                case var budget when BudgetReader.Reads(budget):
                    budgets.Read(budget);
                    break;
            }
        }

        ManifestClaims claims = new(notes, shapes ?? ShapeCatalog.BuiltIn, collector.Objects);
        ManifestVolumes volumes = new(notes, collector.Objects);
        PodReader pods = new(errors, notes, priorities, nodes.ByName);
        GangCollector gangs = new(notes);
        TopologyReader topology = new();
        WorkloadReader workloads = new(notes, pods, gangs);
        foreach (ManifestObject item in collector.Objects)
        {
            switch (item)
            {
                case { Kind: "Pod", ApiVersion: "v1" }:
                    pods.Read(item);
                    break;
                case { Kind: "Node", ApiVersion: "v1" } or { Kind: "PriorityClass", ApiVersion: "scheduling.k8s.io/v1" }:
                case var budget when BudgetReader.Reads(budget):
                case var claim when ManifestClaims.Reads(claim):
                case var volume when ManifestVolumes.Reads(volume):
                    break;
                default:
                    if (!workloads.TryRead(item) && !gangs.TryRead(item) && !topology.TryRead(item))
                    {
                        notes.Add($"{item.Kind} objects were passed over", item.Label());
                    }

                    break;
            }
        }

        Dictionary<string, Node> dressed = nodes.Nodes.Select(claims.Dress).ToDictionary(n => n.Name, StringComparer.Ordinal);
        return errors.Count > before ? null : new ClusterManifest
        {
            Nodes = [.. nodes.Nodes.Select(n => dressed[n.Name])],
            Pods = [.. pods.Pods.Select(p => volumes.Dress(claims.Dress(p, dressed.GetValueOrDefault(p.BoundNode))))],
            Budgets = budgets.For(pods.Pods),
            Gangs = [.. gangs.Gangs],
            Topology = topology.ToObjects(),
            Notes = notes.ToSentences(),
        };
    }
}
