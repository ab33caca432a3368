using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Hears where the time of attempts goes and how pods move through the queue, to measure it. Of attempts that follow each other at once only some are timed.
/// Calls come from the thread that schedules; those about PreBind and Bind from any.
/// </summary>
public interface ISchedulingObserver
{
    /// <summary>All plugins of an extension point have had their say about one pod, or one gang.</summary>
    /// <param name="point">The point.</param>
    /// <param name="profile">The profile's <c>schedulerName</c>.</param>
    /// <param name="status">Success, or what a plugin answered instead.</param>
    /// <param name="took">Time in plugins. Those that were not asked, as their answers are known already, took none.</param>
    void PointRan(ExtensionPoints point, string profile, StatusCode status, TimeSpan took);

    /// <summary>One plugin has had its say, about all nodes that it was asked about.</summary>
    void PluginRan(string plugin, ExtensionPoints point, StatusCode status, TimeSpan took);

    /// <summary>A pod or a gang entered a part of the queue.</summary>
    /// <param name="pool">The part.</param>
    /// <param name="cause">An event such as <c>NodeAdd</c>, or why else.</param>
    void Entered(QueuePool pool, string cause);

    /// <summary>By how many the pods and gangs changed that wait because a plugin rejected them.</summary>
    void RejectedChanged(string plugin, string profile, int change);

    /// <summary>A pod that Permit made wait goes on, or is turned away.</summary>
    void PermitEnded(StatusCode result, TimeSpan waited);
}
