using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>Which events may help whom: the queueing hints of the plugins that rejected a pod.</content>
public sealed partial class SchedulingQueue
{
    private bool MayHelp(QueuedPodInfo queued, ClusterChange change)
    {
        if (queued.RejectedBy.Count == 0)
        {
            return true;
        }

        Dictionary<string, ClusterEventWithHint[]?> hints = HintsOf(_profileOf(queued));
        foreach (string plugin in queued.RejectedBy)
        {
            if (!hints.TryGetValue(plugin, out ClusterEventWithHint[]? wanted) || wanted is null)
            {
                return true;
            }

            foreach (ClusterEventWithHint candidate in wanted)
            {
                if (candidate.Event.Covers(change.Event) && MayHelp(candidate.Hint, queued, change))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool MayHelp(Func<QueuedPodInfo, ClusterChange, QueueingHint>? hint, QueuedPodInfo queued, ClusterChange change)
    {
        if (hint is null || queued.Gang is not { } gang)
        {
            return hint is null || hint(queued, change) == QueueingHint.Queue;
        }

        foreach (QueuedPodInfo kind in gang.Kinds)
        {
            if (hint(kind, change) == QueueingHint.Queue)
            {
                return true;
            }
        }

        return false;
    }

    private Dictionary<string, ClusterEventWithHint[]?> HintsOf(Profile profile)
    {
        if (!_hints.TryGetValue(profile, out Dictionary<string, ClusterEventWithHint[]?>? hints))
        {
            hints = profile.All.DistinctBy(p => p.Name)
                .ToDictionary(p => p.Name, p => (p as IEnqueueExtensions)?.EventsToRegister.ToArray(), StringComparer.Ordinal);
            _hints.Add(profile, hints);
        }

        return hints;
    }
}
