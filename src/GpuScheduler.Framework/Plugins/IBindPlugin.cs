namespace GpuScheduler.Framework;

/// <summary>Binds a pod to its node; the first plugin that does not answer Skip decides.</summary>
public interface IBindPlugin : IPlugin
{
    ValueTask<Status> BindAsync(NodeReservation reservation, CancellationToken cancellation);
}
