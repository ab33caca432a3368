namespace GpuScheduler.Framework;

/// <summary>Told when a pod is given a node, and when that is taken back.</summary>
public interface IReservePlugin : IPlugin
{
    Status Reserve(NodeReservation reservation);

    /// <summary>Undoes <see cref="Reserve"/>; also called where Reserve never ran, so it must be idempotent.</summary>
    void Unreserve(NodeReservation reservation);
}
