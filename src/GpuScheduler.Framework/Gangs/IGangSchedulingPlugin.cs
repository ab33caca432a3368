namespace GpuScheduler.Framework;

/// <summary>
/// Enabled in a profile, pods that belong to a gang are placed together or not at all; without it each is placed alone. The engine does the work, as placing
/// several pods at once needs more than any extension point offers; the plugin carries the arguments.
/// </summary>
public interface IGangSchedulingPlugin : IPreEnqueuePlugin, IEnqueueExtensions
{
    GangSchedulingArgs Args { get; }
}
