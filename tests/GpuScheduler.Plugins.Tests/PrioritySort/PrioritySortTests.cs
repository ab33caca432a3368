using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class PrioritySortTests
{
    [TestCase(9, 5, 1, 0, ExpectedResult = true, TestName = "The_higher_priority_goes_first_however_late")]
    [TestCase(1, 0, 9, 5, ExpectedResult = false, TestName = "The_lower_priority_goes_later_however_early")]
    [TestCase(1, 0, 1, 5, ExpectedResult = true, TestName = "Of_equal_priorities_the_longer_wait_goes_first")]
    [TestCase(1, 5, 1, 5, ExpectedResult = false, TestName = "Equals_are_not_before_each_other")]
    [TestCase(int.MinValue, 0, int.MaxValue, 0, ExpectedResult = false, TestName = "The_extremes_of_priority_compare")]
    public bool Less(int priority, int second, int otherPriority, int otherSecond) =>
        new PrioritySort().Less(Queued(priority, second), Queued(otherPriority, otherSecond));

    private static QueuedPodInfo Queued(int priority, int second)
    {
        Pod pod = new() { Name = "p", Priority = priority, Spec = new PodSpec() };
        return new QueuedPodInfo(pod, Events.Class(pod.Spec), DateTimeOffset.UnixEpoch.AddSeconds(second));
    }
}
