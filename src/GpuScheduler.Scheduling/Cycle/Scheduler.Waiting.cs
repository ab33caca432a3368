using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>Pods that Permit plugins make wait.</content>
public sealed partial class Scheduler
{
    /// <summary>Lets a pod that <paramref name="plugin"/> made wait go on.</summary>
    public void Allow(Pod pod, string plugin)
    {
        if (_held.TryGetValue(pod, out HeldPod? held) && held.WaitsFor.Remove(plugin) && held.WaitsFor.Count == 0)
        {
            WaitingCount--;
            _observer?.PermitEnded(StatusCode.Success, _time.GetElapsedTime(held.WaitsSince));
            if (held.Member is { } member)
            {
                StartWhereAllowed(member.Gang);
            }
            else
            {
                _bindings.Start(this, held.Profile, held.Queued, held.Reservation);
            }
        }
    }

    /// <summary>Turns away a pod that Permit makes wait.</summary>
    public void RejectWaiting(Pod pod, Status status)
    {
        if (_held.TryGetValue(pod, out HeldPod? held) && held.WaitsFor.Count > 0)
        {
            _observer?.PermitEnded(status.Code, _time.GetElapsedTime(held.WaitsSince));
            Finish(held.Queued, status);
            _releases.Enqueue(new PodRelease(held.Queued, status));
        }
    }

    /// <summary>Turns away the pods that Permit has made wait for too long, and gangs that could not be bound whole in time.</summary>
    public void ExpireWaiting()
    {
        DateTimeOffset now = _time.GetUtcNow();
        ExpireGangs(now);
        if (WaitingCount == 0)
        {
            return;
        }

        foreach (HeldPod waiting in _held.Values.Where(h => h.WaitsFor.Count > 0).ToArray())
        {
            foreach ((string plugin, DateTimeOffset until) in waiting.WaitsFor)
            {
                if (until <= now)
                {
                    RejectWaiting(waiting.Reservation.Pod, Status.Unschedulable("timed out waiting on permit") with { Plugin = plugin });
                    break;
                }
            }
        }
    }
}
