using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

[TestFixture]
public sealed class PrioritySortTests
{
    private static readonly PodClass AnyClass = new ClusterWriter(TieKeys.Seeded(1)).Classes.Intern(new PodSpec());

    [TestCase(2, 9, 1, 3, true, TestName = "A higher priority goes before a longer wait")]
    [TestCase(1, 3, 2, 9, false, TestName = "A longer wait does not go before a higher priority")]
    [TestCase(1, 3, 1, 9, true, TestName = "Of equal priorities the longer wait goes first")]
    [TestCase(1, 3, 1, 3, false, TestName = "Equals do not go before each other")]
    [TestCase(-1, 3, int.MinValue, 1, true, TestName = "Negative priorities compare without overflow")]
    public void Order(int priorityA, int sinceA, int priorityB, int sinceB, bool isLess) =>
        Assert.That(new PrioritySort().Less(Queued(priorityA, sinceA), Queued(priorityB, sinceB)), Is.EqualTo(isLess));

    [Test]
    public void Sorts_any_queue_by_priority_and_then_by_time() =>
        Gen.Select(Gen.Int[-2, 2], Gen.Int[0, 5]).Array[0, 30].Sample(queue =>
        {
            PrioritySort sort = new();
            List<QueuedPodInfo> pods = [.. queue.Select(q => Queued(q.Item1, q.Item2))];
            pods.Sort((a, b) => sort.Less(a, b) ? -1 : sort.Less(b, a) ? 1 : 0);
            (int, int)[] expected = [.. queue.OrderByDescending(q => q.Item1).ThenBy(q => q.Item2)];
            Assert.That(pods.Select(p => (p.Pod.Priority, p.Timestamp.Second)), Is.EqualTo(expected));
        });

    private static QueuedPodInfo Queued(int priority, int since) => new(
        new Pod { Name = "p", Priority = priority, Spec = AnyClass.Spec }, AnyClass, new DateTimeOffset(2026, 1, 1, 0, 0, since, TimeSpan.Zero));
}
