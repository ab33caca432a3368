using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

public sealed class EngineHeartbeatTests
{
    [Test]
    public void A_thread_that_never_came_round_has_the_limit_too()
    {
        FakeTimeProvider time = new();
        HealthCheck check = new EngineHeartbeat(time, TimeSpan.FromSeconds(10)).Check("engine");
        Assert.That(check.Problem(), Is.Null);
        time.Advance(TimeSpan.FromSeconds(10.5));
        Assert.That(check.Problem(), Is.EqualTo("has not come round for 10.5 s (limit 10 s)"));
    }
}
