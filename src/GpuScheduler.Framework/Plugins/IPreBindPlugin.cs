namespace GpuScheduler.Framework;

/// <summary>Work to be done before a pod is bound, such as writing a claim's allocation.</summary>
public interface IPreBindPlugin : IPlugin
{
    /// <summary>Skip: there is nothing to do for this pod. Must be light.</summary>
    PreBindPreFlightResult PreBindPreFlight(NodeReservation reservation);

    ValueTask<Status> PreBindAsync(NodeReservation reservation, CancellationToken cancellation);
}
