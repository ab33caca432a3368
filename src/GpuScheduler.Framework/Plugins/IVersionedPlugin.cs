namespace GpuScheduler.Framework;

/// <summary>A plugin that works from tables published while the scheduler runs (prices, typical pods).</summary>
public interface IVersionedPlugin : IPlugin
{
    /// <summary>Another number whenever the tables are others; answers of the earlier ones are then forgotten.</summary>
    long Version { get; }
}
