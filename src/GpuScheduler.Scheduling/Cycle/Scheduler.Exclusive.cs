using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>
/// Exclusive topology of pods that are placed alone: such of a JobSet that claims nothing itself are kept out of the domains that others claim, which is a mask over decisions, as reservations
/// are. Gangs are kept out by their placer.
/// </content>
public sealed partial class Scheduler
{
    /// <summary>True once a pod was seen that claims a domain: before, nobody need ask.</summary>
    private bool _hasExclusive;

    private void NoteExclusive(Pod pod) => _hasExclusive |= pod.Gang is { Exclusive.IsEmpty: false };

    /// <summary>The domains that a pod which is placed alone is kept out of; null: none.</summary>
    private (BarredDomains Domains, NodeSet Nodes)? BarsOf(QueuedPodInfo queued) =>
        _hasExclusive ? _profiles[queued.Class.Spec.SchedulerName].Placer?.BarsOf(queued.Pod, Cluster.Working) : null;

    /// <summary>Says of an error that barred nodes would have had room, so that the pod is woken when a domain is left.</summary>
    private FitError WithBarred(FitError error, Evaluator evaluator, QueuedPodInfo queued) =>
        BarsOf(queued) is var (domains, barred) && evaluator.CountFeasible(queued.Class, Cluster.Working, barred) is > 0 and var nodes
            ? error with { Withheld = error.Withheld.Add(new WithheldNodes(nodes, $"node(s) are in domains of others ({domains.Describe()})", PluginOf(_profiles[queued.Class.Spec.SchedulerName].Profile)!.Name)) }
            : error;

    /// <summary>A pod left its node: a domain that it kept others out of may be open to them now, whatever room came free.</summary>
    private void NoteLeft(Pod pod)
    {
        if (!_hasExclusive || !ExclusiveTopology.Concerns(pod))
        {
            return;
        }

        foreach (string plugin in _profiles.Values.Select(p => PluginOf(p.Profile)?.Name).OfType<string>().Distinct())
        {
            Queue.WakeRejectedBy(plugin);
        }
    }
}
