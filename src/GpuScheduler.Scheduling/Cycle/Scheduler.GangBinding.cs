using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>Gangs while they are bound: what goes out together, what is taken back where a bind fails, and when a gang gives up.</content>
public sealed partial class Scheduler
{
    /// <summary>The outcome of the binding cycle of a pod of a gang.</summary>
    private void FinishMember(GangPod member, HeldPod held, Status status)
    {
        GangUnit gang = member.Gang;
        if (status.IsSuccess)
        {
            if (member.State == GangPodState.Leaving)
            {
                _evictions.Enqueue(new GangEviction(gang.Key, [member.Pod], "its gang gave up while this pod was being bound"));
                return;
            }

            gang.Set(member, GangPodState.Bound, member.Node);
            NoteStarted(gang);
            return;
        }

        Back(member, held);
        AfterLoss(gang);
        Queue.Return(gang.Entry!, !status.IsRejected ? null : status.Plugin is { } plugin ? [plugin] : []);
        Review(gang, isNews: false);
    }

    /// <summary>A pod that held a place waits again.</summary>
    private void Back(GangPod member, HeldPod held)
    {
        TakeBack(held);
        member.Gang.Unstarted.Remove(held);
        member.Gang.Set(member, GangPodState.Pending, "");
        member.Queued.Timestamp = _time.GetUtcNow();
    }

    /// <summary>A gang lost a pod that held a place. Where its minimum is not bound and no longer whole, what is not on its way yet gives its place back too.</summary>
    private void AfterLoss(GangUnit gang)
    {
        if (!gang.IsStarted && !gang.IsWhole)
        {
            ReleaseUnsent(gang);
        }

        StartWhereAllowed(gang);
        if (gang.PlacedCount == 0)
        {
            (gang.IsStarted, gang.StartedAt, gang.StartingSince) = (false, null, null);
        }
    }

    private void ReleaseUnsent(GangUnit gang)
    {
        foreach (GangPod pod in gang.Pods)
        {
            if (pod.State == GangPodState.Held && _held.TryGetValue(pod.Pod, out HeldPod? held) && (!held.IsStarted || _bindings.TryTakeBack(held.Queued)))
            {
                Unhold(pod.Pod, out _);
                Back(pod, held);
                _releases.Enqueue(new PodRelease(held.Queued, null));
            }
        }
    }

    /// <summary>Starts the binding cycles of all that wait for it, once Permit lets the last of them go.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A pipeline that throws has not taken the pod over.")]
    private void StartWhereAllowed(GangUnit gang)
    {
        if (gang.Unstarted.Count == 0 || gang.Unstarted.Exists(h => h.WaitsFor.Count > 0))
        {
            return;
        }

        if (!gang.IsStarted && gang.StartingSince is null)
        {
            gang.StartingSince = _time.GetUtcNow();
            NoteStarting(gang);
        }

        HeldPod[] starting = [.. gang.Unstarted];
        gang.Unstarted.Clear();
        foreach (HeldPod held in starting)
        {
            // One that failed at once may have taken others with it.
            if (_held.GetValueOrDefault(held.Queued.Pod) != held)
            {
                continue;
            }

            held.IsStarted = true;
            try
            {
                _bindings.Start(this, held.Profile, held.Queued, held.Reservation);
            }
            catch (Exception e)
            {
                Finish(held.Queued, Status.Error($"its binding could not be started: {e}"));
            }
        }
    }

    /// <summary>From now on somebody looks whether a gang that is being bound is bound in time.</summary>
    private void NoteStarting(GangUnit gang)
    {
        if (gang.StartingSince is not null && !_starting.Contains(gang))
        {
            _starting.Add(gang);
        }
    }

    /// <summary>The gang runs if its minimum is bound, or was before this process began.</summary>
    private static void NoteStarted(GangUnit gang)
    {
        if (!gang.IsStarted && (gang.IsMinimumBound || gang.RunsAlready))
        {
            (gang.IsStarted, gang.StartedAt, gang.StartingSince) = (true, gang.StartingSince, null);
        }
    }

    private void ExpireGangs(DateTimeOffset now)
    {
        for (int i = _starting.Count - 1; i >= 0; i--)
        {
            GangUnit gang = _starting[i];
            TimeSpan limit = gang.Stated?.Root.Timeout ?? TimeoutOf(gang);
            if (gang.StartingSince is null || gang.Pods.Count == 0)
            {
                _starting.RemoveAt(i);
            }
            else if (gang.IsUnderRepair && gang.StartingSince + limit <= now)
            {
                _starting.RemoveAt(i);
                GiveUp(gang, string.Create(CultureInfo.InvariantCulture, $"not all that it needs was bound within {limit.TotalSeconds:0.#} s"));
            }
        }
    }

    private TimeSpan TimeoutOf(GangUnit gang)
    {
        string name = gang.Pods.Count == 0 ? "" : gang.Pods[0].Class.Spec.SchedulerName;
        return (_profiles.TryGetValue(name, out (Profile Profile, Evaluator, GangPlacer?) profile) ? GangArgsOf(profile.Profile) : null)?.StartTimeout
            ?? new GangSchedulingArgs().StartTimeout;
    }

    /// <summary>The gang can no longer be completed: what of it is bound has to go, and it waits as a whole.</summary>
    private void GiveUp(GangUnit gang, string why)
    {
        ReleaseUnsent(gang);
        ImmutableArray<Pod>.Builder bound = ImmutableArray.CreateBuilder<Pod>();
        foreach (GangPod pod in gang.Pods)
        {
            if (pod.State == GangPodState.Bound)
            {
                bound.Add(pod.Pod);
            }

            if (pod.IsPlaced)
            {
                gang.Set(pod, GangPodState.Leaving, pod.Node);
            }
        }

        gang.StartingSince = null;
        if (bound.Count > 0)
        {
            _evictions.Enqueue(new GangEviction(gang.Key, bound.ToImmutable(), why));
        }

        Review(gang, isNews: false);
    }
}
