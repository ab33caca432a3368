namespace GpuScheduler.Framework;

/// <summary>Lets a reserved pod go on to binding, makes it wait, or turns it away.</summary>
public interface IPermitPlugin : IPlugin
{
    /// <summary>Waiting longer than this is not possible.</summary>
    static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(15);

    PermitResult Permit(NodeReservation reservation);
}
