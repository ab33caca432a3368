namespace GpuScheduler.Framework;

/// <summary>A part of the scheduling attempt; what it does is in the interfaces of the extension points it serves.</summary>
public interface IPlugin
{
    /// <summary>The name by which a configuration enables it.</summary>
    string Name { get; }
}
