using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class ClockJumpTests
{
    [TestCase(-3600)]
    [TestCase(3600)]
    public void A_pod_that_waits_is_tried_when_its_time_has_come_whatever_the_clock_says(int jump)
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n", 1));
        PodObject pod = run.Api.Create("p", EngineRun.Spec(1));
        while (run.Api.PendingBinds == 0)
        {
            run.Api.DeliverEvent();
            run.Engine.Turn();
        }

        run.Api.AnswerBind(0, BindFate.NotProcessed);
        run.Engine.Turn();
        run.Machine.Jump(TimeSpan.FromSeconds(jump));
        run.Settle();
        Assert.That(run.Api.Bound, Is.Empty, "it backs off still");
        run.Time.Advance(TimeSpan.FromSeconds(2));
        run.Settle();
        Assert.That(run.Api.Bound.Select(b => b.Uid), Is.EqualTo(new[] { pod.Pod.Uid }));
    }

    [Test]
    public void A_jump_is_told_once_with_its_direction()
    {
        FakeTimeProvider time = new();
        JumpingTime machine = new(time);
        SteadyTime steady = new(machine);
        Lines log = new();
        ClockWatch watch = new(steady, NoSchedulerMetrics.Instance, log);
        time.Advance(TimeSpan.FromDays(1));
        machine.Jump(TimeSpan.FromMilliseconds(300));
        watch.Check();
        Assert.That(log.Written, Is.Empty, "a small correction is none");
        machine.Jump(TimeSpan.FromSeconds(-90));
        watch.Check();
        watch.Check();
        Assert.That(log.Written.Single(), Does.Contain("set by -89.7 s (backwards)"));
        machine.Jump(TimeSpan.FromHours(1));
        watch.Check();
        Assert.That(log.Written, Has.Count.EqualTo(2));
        Assert.That(log.Written[1], Does.Contain("set by 3600.0 s (forwards)"));
    }

    private sealed class Lines : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
