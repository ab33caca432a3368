using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Finds what a pod's spec says of its place that is not modelled.</summary>
internal static class DisregardReader
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";

    public static PodConstraints Read(MapReader spec, Notes notes, string label)
    {
        MapReader? affinity = spec.Map("affinity");
        MapReader? with = affinity?.Map("podAffinity"), against = affinity?.Map("podAntiAffinity");
        if (with is not null || against is not null)
        {
            notes.Add("pods have pod affinity or anti-affinity, which is not regarded", label);
        }

        var spreads = spec.Maps("topologySpreadConstraints").ToList();
        if (spreads.Count > 0)
        {
            notes.Add("pods have topology spread constraints, which are not regarded", label);
        }

        return (with?.Items(Required).IsEmpty == false ? PodConstraints.PodAffinity : 0)
            | (against?.Items(Required).IsEmpty == false ? PodConstraints.PodAntiAffinity : 0)
            | (spreads.Exists(s => s.String("whenUnsatisfiable") == "DoNotSchedule") ? PodConstraints.TopologySpread : 0);
    }
}
