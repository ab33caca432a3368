using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>What follows a decision: PreBind, Bind, PostBind, in kube-scheduler's order.</summary>
public static class BindingCycle
{
    /// <summary>Runs it to the end.</summary>
    /// <returns>Success, or the first failure. The caller takes the placement back (<see cref="Scheduler.Finish"/>).</returns>
    public static async ValueTask<Status> RunAsync(Profile profile, NodeReservation reservation, CancellationToken cancellation)
    {
        Status status = await PreBindAsync(profile, reservation, cancellation).ConfigureAwait(false);
        if (!status.IsSuccess)
        {
            return status;
        }

        foreach (IBindPlugin plugin in profile.Bind)
        {
            status = await plugin.BindAsync(reservation, cancellation).ConfigureAwait(false);
            if (status.Code == StatusCode.Skip)
            {
                continue;
            }

            if (!status.IsSuccess)
            {
                return status with { Plugin = plugin.Name };
            }

            foreach (IPostBindPlugin informed in profile.PostBind)
            {
                informed.PostBind(reservation);
            }

            return Status.Success;
        }

        return Status.Error("no Bind plugin of the profile took the pod");
    }

    /// <summary>Runs the PreBind plugins alone.</summary>
    public static async ValueTask<Status> PreBindAsync(Profile profile, NodeReservation reservation, CancellationToken cancellation)
    {
        List<(IPreBindPlugin Plugin, Task<Status> Work)> together = [];
        foreach (IPreBindPlugin plugin in profile.PreBind)
        {
            PreBindPreFlightResult flight = plugin.PreBindPreFlight(reservation);
            if (flight.Status.Code == StatusCode.Skip)
            {
                continue;
            }

            if (!flight.Status.IsSuccess)
            {
                return flight.Status with { Plugin = plugin.Name };
            }

            if (!flight.AllowParallel && await AllAsync(together).ConfigureAwait(false) is { IsSuccess: false } failed)
            {
                return failed;
            }

            together.Add((plugin, plugin.PreBindAsync(reservation, cancellation).AsTask()));
            if (!flight.AllowParallel && await AllAsync(together).ConfigureAwait(false) is { IsSuccess: false } alone)
            {
                return alone;
            }
        }

        return await AllAsync(together).ConfigureAwait(false);
    }

    private static async ValueTask<Status> AllAsync(List<(IPreBindPlugin Plugin, Task<Status> Work)> together)
    {
        Status first = Status.Success;
        foreach ((IPreBindPlugin plugin, Task<Status> work) in together)
        {
            Status status = await work.ConfigureAwait(false);
            if (first.IsSuccess && !status.IsSuccess)
            {
                first = status with { Plugin = plugin.Name };
            }
        }

        together.Clear();
        return first;
    }
}
