namespace GpuScheduler.Framework;

/// <summary>
/// Enabled in a profile, claims of its pods are bound before the pods are. The engine does the work, as it has to write to the API; the plugin keeps pods off nodes where that
/// cannot be, and carries the argument.
/// </summary>
public interface IVolumeBindingPlugin : IFilterPlugin
{
    /// <summary>How long a pod keeps its place while its claims are being bound.</summary>
    TimeSpan BindTimeout { get; }
}
