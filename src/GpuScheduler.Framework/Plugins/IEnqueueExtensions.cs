using System.Collections.Immutable;

namespace GpuScheduler.Framework;

/// <summary>Says which cluster events may make a pod fit that this plugin rejected. A plugin without it is woken by every event.</summary>
public interface IEnqueueExtensions : IPlugin
{
    ImmutableArray<ClusterEventWithHint> EventsToRegister { get; }
}
