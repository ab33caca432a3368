namespace GpuScheduler.Framework;

/// <summary>Anything that a profile can enable, known by its name.</summary>
public interface IPlugin
{
    string Name { get; }
}
