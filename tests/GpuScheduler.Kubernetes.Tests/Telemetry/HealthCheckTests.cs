namespace GpuScheduler.Kubernetes.Tests;

public sealed class HealthCheckTests
{
    [TestCase(null, "not synced yet")]
    [TestCase(0, null)]
    [TestCase(60, null)]
    [TestCase(93.25, "last heard of 93.3 s ago (limit 60 s)")]
    public void A_watch_is_well_once_it_is_synced_and_while_it_is_fresh(double? seconds, string? problem)
    {
        HealthCheck check = HealthCheck.OfWatch("nodes", () => seconds is { } s ? TimeSpan.FromSeconds(s) : null, TimeSpan.FromMinutes(1));
        Assert.That(check.Name, Is.EqualTo("watch-nodes"));
        Assert.That(check.Problem(), Is.EqualTo(problem));
    }
}
