using System.Diagnostics.CodeAnalysis;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>Pods that hold their place: the plugins that reserve and permit, and giving it back.</content>
public sealed partial class Scheduler
{
    private Status Reserve(HeldPod held)
    {
        _times?.Start();
        foreach (IReservePlugin plugin in held.Profile.Reserve)
        {
            Status status = plugin.Reserve(held.Reservation);
            _times?.Stop(plugin, ExtensionPoints.Reserve, status.Code);
            if (!status.IsSuccess)
            {
                return status with { Plugin = plugin.Name };
            }
        }

        return Status.Success;
    }

    private Status Permit(HeldPod held)
    {
        _times?.Start();
        foreach (IPermitPlugin plugin in held.Profile.Permit)
        {
            PermitResult permit = plugin.Permit(held.Reservation);
            _times?.Stop(plugin, ExtensionPoints.Permit, permit.Status.Code);
            if (permit.Status.Code == StatusCode.Wait)
            {
                TimeSpan timeout = permit.Timeout < IPermitPlugin.MaxTimeout ? permit.Timeout : IPermitPlugin.MaxTimeout;
                if (held.WaitsFor.Count == 0)
                {
                    WaitingCount++;
                    held.WaitsSince = _time.GetTimestamp();
                }

                held.WaitsFor[plugin.Name] = _time.GetUtcNow() + timeout;
            }
            else if (!permit.Status.IsSuccess)
            {
                return permit.Status with { Plugin = plugin.Name };
            }
        }

        return Status.Success;
    }

    private bool Unhold(Pod pod, [NotNullWhen(true)] out HeldPod? held)
    {
        if (!_held.Remove(pod, out held))
        {
            return false;
        }

        WaitingCount -= held.WaitsFor.Count > 0 ? 1 : 0;
        return true;
    }

    private static void Unreserve(HeldPod held)
    {
        for (int i = held.Profile.Reserve.Length - 1; i >= 0; i--)
        {
            held.Profile.Reserve[i].Unreserve(held.Reservation);
        }
    }

    private void TakeBack(HeldPod held)
    {
        Unreserve(held);
        if (Cluster.Working.Directory.TryFind(held.Reservation.Node.Name, out int node))
        {
            // Other pods may have been waiting for just this room. Where the node went and came back, the pod's place went with it.
            GiveBack(node, held.Reservation.Pod, held.Reservation.Class);
        }
    }
}
