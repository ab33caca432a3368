using System.Collections.Immutable;
using System.Text;

namespace GpuScheduler.Cluster;

/// <summary>Reads which gang a pod belongs to, whatever ecosystem says so, into the one form the engine knows.</summary>
public static class GangMemberships
{
    private static readonly ImmutableArray<string> Prefixes =
    [
        "gpuscheduler.dev/gang", "pod-group", "kai.scheduler/", "scheduling.k8s.io/", "volcano.sh/", "scheduling.x-k8s.io/", "gang.scheduling.koordinator.sh/",
        "grove.io/", "leaderworkerset.sigs.k8s.io/", "jobset.sigs.k8s.io/", "alpha.jobset.sigs.k8s.io/", "kueue.x-k8s.io/",
    ];

    // Among those that only follow from the controller, the first counts.
    private static readonly ImmutableArray<IGangDialect> Dialects =
    [
        new GroveDialect(), new NativeDialect(), new KaiGangDialect(), new VolcanoDialect(), new CoschedulingDialect(), new KoordinatorDialect(),
        new GangAnnotationDialect(), new LeaderWorkerSetDialect(), new JobSetDialect(), new KueueDialect(),
    ];

    // By their first byte: most keys begin otherwise.
    private static readonly byte[][][] Utf8Prefixes =
        [.. Enumerable.Range(0, 128).Select(first => Prefixes.Where(p => p[0] == first).Select(Encoding.UTF8.GetBytes).ToArray())];

    /// <summary>
    /// True where a label or annotation of this key may say which gang a pod belongs to. Of annotations no others are looked at; of labels also those that say a
    /// pod's rank, but only where one of these is there.
    /// </summary>
    public static bool Concerns(string key)
    {
        foreach (string prefix in Prefixes)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same of a key in UTF-8.</summary>
    public static bool Concerns(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty || key[0] >= Utf8Prefixes.Length)
        {
            return false;
        }

        foreach (byte[] prefix in Utf8Prefixes[key[0]])
        {
            if (key.StartsWith(prefix))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Reads a pod's gang. Several ecosystems may speak of one pod: a group tree (PodGang) counts before a pod group, and that before what follows from the
    /// controller (LeaderWorkerSet, JobSet, Kueue). Two different groups of one rank contradict each other; the error names both.
    /// </summary>
    /// <param name="pod">What the pod says.</param>
    /// <param name="errors">Takes every error, not only the first.</param>
    /// <param name="membership">Its place; null where it is in no gang, or where there are errors.</param>
    /// <returns>False where errors were added.</returns>
    public static bool TryRead(GangSource pod, ICollection<GangMembershipError> errors, out GangMembership? membership)
    {
        membership = null;
        if (pod.SchedulingGroup.Length == 0 && !AnyConcerns(pod.Labels) && !AnyConcerns(pod.Annotations))
        {
            return true;
        }

        GangStatements statements = new(pod, errors);
        foreach (IGangDialect dialect in Dialects)
        {
            dialect.Read(pod, statements);
        }

        return statements.TryResolve(out membership);
    }

    private static bool AnyConcerns(IReadOnlyDictionary<string, string> map)
    {
        if (map.Count > 0)
        {
            foreach ((string key, _) in map)
            {
                if (Concerns(key))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
