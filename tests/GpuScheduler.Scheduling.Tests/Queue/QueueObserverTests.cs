using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
public sealed class QueueObserverTests
{
    private static readonly ClusterChange NodeCame = new(new ClusterEvent(EventResource.Node, ActionTypes.Add));

    private readonly FakeTimeProvider _time = new();
    private readonly PodClassTable _classes = new(new Vocabulary());

    [Test]
    public void Each_step_of_a_pod_is_told_with_what_caused_it()
    {
        RecordedObserver observer = new();
        SchedulingQueue queue = Queue(observer);
        Pod pod = Add(queue, "p");
        queue.Reject(queue.Pop()!, ["A"]);
        queue.Move(NodeCame);
        _time.Advance(TimeSpan.FromMinutes(1));
        queue.Retry(queue.Pop()!);
        _time.Advance(TimeSpan.FromMinutes(1));
        queue.Reject(queue.Pop()!, ["A"]);
        _time.Advance(TimeSpan.FromMinutes(6));
        queue.Reject(queue.Pop()!, ["A"]);
        queue.Wake(pod);
        Assert.That(
            observer.Moves,
            Is.EqualTo(new[]
            {
                (QueuePool.Active, "UnscheduledPodAdd"), (QueuePool.Unschedulable, "ScheduleAttemptFailure"), (QueuePool.Backoff, "NodeAdd"), (QueuePool.Active, "BackoffComplete"),
                (QueuePool.Backoff, "ScheduleAttemptFailure"), (QueuePool.Active, "BackoffComplete"), (QueuePool.Unschedulable, "ScheduleAttemptFailure"),
                (QueuePool.Active, "UnschedulableTimeout"), (QueuePool.Unschedulable, "ScheduleAttemptFailure"), (QueuePool.Backoff, "ForceActivate"),
            }));
    }

    [Test]
    public void The_pods_that_each_plugin_rejected_add_up_whatever_happens_to_them() => Gen.Int[0, 99].Array[1, 80].Sample(steps =>
    {
        RecordedObserver observer = new();
        SchedulingQueue queue = Queue(observer);
        List<QueuedPodInfo> tried = [];
        List<Pod> pods = [];
        foreach (int step in steps)
        {
            switch (step % 8)
            {
                case 0 or 1:
                    pods.Add(Add(queue, $"p{pods.Count}"));
                    break;
                case 2 when queue.Pop() is { } popped:
                    tried.Add(popped);
                    break;
                case 3 or 4 when tried.Count > 0:
                    queue.Reject(tried[0], step % 3 == 0 ? ["A", "B"] : ["A"]);
                    tried.RemoveAt(0);
                    break;
                case 5 when tried.Count > 0:
                    queue.Retry(tried[0]);
                    tried.RemoveAt(0);
                    break;
                case 6 when pods.Count > 0:
                    queue.Remove(pods[step % pods.Count]);
                    tried.RemoveAll(t => t.Pod == pods[step % pods.Count]);
                    pods.RemoveAt(step % pods.Count);
                    break;
                default:
                    queue.Move(NodeCame);
                    _time.Advance(TimeSpan.FromSeconds(step));
                    break;
            }

            QueuedPodInfo[] waiting = [.. queue.Active, .. queue.Backoff, .. queue.Unschedulable];
            foreach (string plugin in new[] { "A", "B" })
            {
                Assert.That(observer.Rejected.GetValueOrDefault(plugin), Is.EqualTo(waiting.Count(w => w.RejectedBy.Contains(plugin))));
            }
        }
    });

    private SchedulingQueue Queue(ISchedulingObserver observer)
    {
        Profile profile = TestCluster.Profile();
        return new SchedulingQueue(_time, new QueueOptions(), profile.QueueSort, _ => profile, observer);
    }

    private Pod Add(SchedulingQueue queue, string name)
    {
        Pod pod = TestCluster.Pod(name);
        queue.Add(pod, _classes.Intern(pod.Spec));
        return pod;
    }
}
