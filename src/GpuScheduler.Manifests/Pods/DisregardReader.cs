using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Finds what a pod's spec says of its place that is not modelled.</summary>
internal static class DisregardReader
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";

    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    private const string AffinityNote = "pods have pod affinity or anti-affinity, which is not regarded";

    /// <param name="spec">The pod's spec.</param>
    /// <param name="notes">Takes what is said of all pods together.</param>
    /// <param name="label">The pod, for notes.</param>
    /// <param name="exclusive">Terms of affinity of which the pod's gang says whether they are regarded.</param>
    public static PodConstraints Read(MapReader spec, Notes notes, string label, out ImmutableArray<ExclusiveTerm> exclusive)
    {
        MapReader? affinity = spec.Map("affinity");
        MapReader? with = affinity?.Map("podAffinity"), against = affinity?.Map("podAntiAffinity");
        List<ExclusiveTerm> terms = [];
        bool isWith = HasOther(with, false, terms), isAgainst = HasOther(against, true, terms);
        exclusive = [.. terms];
        if (isWith || isAgainst || with?.Items(Preferred).IsEmpty == false || against?.Items(Preferred).IsEmpty == false)
        {
            notes.Add(AffinityNote, label);
        }

        var spreads = spec.Maps("topologySpreadConstraints").ToList();
        if (spreads.Count > 0)
        {
            notes.Add("pods have topology spread constraints, which are not regarded", label);
        }

        return (isWith ? PodConstraints.PodAffinity : 0)
            | (isAgainst ? PodConstraints.PodAntiAffinity : 0)
            | (spreads.Exists(s => s.String("whenUnsatisfiable") == "DoNotSchedule") ? PodConstraints.TopologySpread : 0);
    }

    /// <summary>Notes those terms of affinity that the pod turns out not to keep by its gang, now that its gang is known.</summary>
    public static void NoteExclusive(Pod pod, Notes notes, string label)
    {
        if (pod.NotRegarded != pod.Disregarded)
        {
            notes.Add(AffinityNote, label);
        }
    }

    /// <summary>Adds the terms of exclusive topology; true where there are others.</summary>
    private static bool HasOther(MapReader? affinity, bool isAgainst, List<ExclusiveTerm> terms)
    {
        bool hasOther = false;
        foreach (MapReader term in affinity?.Maps(Required) ?? [])
        {
            if (ExclusiveTermReader.Read(term, isAgainst) is { } exclusive)
            {
                terms.Add(exclusive);
            }
            else
            {
                hasOther = true;
            }
        }

        return hasOther;
    }
}
