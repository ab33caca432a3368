namespace GpuScheduler.Framework;

/// <summary>Told after a pod is bound.</summary>
public interface IPostBindPlugin : IPlugin
{
    void PostBind(NodeReservation reservation);
}
