using GpuScheduler.Kubernetes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Server.Tests;

public sealed class HealthEndpointTests
{
    private static HealthCheck Ok(string name) => new(name, () => null);

    private static HealthCheck Bad(string name, string problem) => new(name, () => problem);

    [TestCase("/livez")]
    [TestCase("/readyz")]
    [TestCase("/healthz")]
    [TestCase("/livez/ping")]
    public async Task What_is_well_answers_ok_in_one_word(string path)
    {
        await using RunningServer server = await RunningServer.StartAsync([Ok("engine")], [Ok("watch-pods")]);
        Assert.That(await server.AnswerAsync(path), Is.EqualTo("200 ok"));
    }

    [Test]
    public async Task Verbose_names_each_check()
    {
        await using RunningServer server = await RunningServer.StartAsync([Ok("engine")], [Ok("watch-pods")]);
        Assert.That(await server.AnswerAsync("/readyz?verbose"), Is.EqualTo("200 [+]ping ok\n[+]engine ok\n[+]watch-pods ok\nreadyz check passed\n"));
    }

    [Test]
    public async Task A_failure_names_its_reason_without_being_asked()
    {
        await using RunningServer server = await RunningServer.StartAsync([], [Ok("watch-pods"), Bad("freshness", "nodes were last heard of 93 s ago")]);
        Assert.That(
            await server.AnswerAsync("/readyz"),
            Is.EqualTo("500 [+]ping ok\n[+]watch-pods ok\n[-]freshness failed: nodes were last heard of 93 s ago\nreadyz check failed\n"));
    }

    [Test]
    public async Task What_is_not_ready_is_alive_all_the_same()
    {
        await using RunningServer server = await RunningServer.StartAsync([Ok("engine")], [Bad("watch-pods", "not synced")]);
        Assert.That(await server.AnswerAsync("/livez"), Is.EqualTo("200 ok"));
        Assert.That(await server.AnswerAsync("/healthz"), Is.EqualTo("200 ok"));
    }

    [Test]
    public async Task What_is_not_alive_is_not_ready_either()
    {
        await using RunningServer server = await RunningServer.StartAsync([Bad("engine", "hangs")], [Ok("watch-pods")]);
        Assert.That(await server.AnswerAsync("/readyz"), Does.StartWith("500 "));
    }

    [Test]
    public async Task One_check_can_be_asked_alone()
    {
        await using RunningServer server = await RunningServer.StartAsync([], [Ok("watch-pods"), Bad("freshness", "old")]);
        Assert.That(await server.AnswerAsync("/readyz/watch-pods"), Is.EqualTo("200 ok"));
        Assert.That(await server.AnswerAsync("/readyz/freshness"), Is.EqualTo("500 internal server error: old\n"));
        Assert.That(await server.AnswerAsync("/readyz/unknown"), Does.StartWith("404 "));
    }

    [Test]
    public async Task A_check_can_be_excluded_and_an_unknown_one_cannot()
    {
        await using RunningServer server = await RunningServer.StartAsync([], [Bad("freshness", "old")]);
        Assert.That(await server.AnswerAsync("/readyz?exclude=freshness"), Is.EqualTo("200 ok"));
        Assert.That(
            await server.AnswerAsync("/readyz?exclude=freshness&exclude=nothing&verbose"),
            Is.EqualTo("200 [+]ping ok\n[+]freshness excluded: ok\nwarn: some health checks cannot be excluded: no matches for \"nothing\"\nreadyz check passed\n"));
    }

    [Test]
    public async Task A_check_that_breaks_has_failed()
    {
        await using RunningServer server = await RunningServer.StartAsync([], [new HealthCheck("watch-pods", () => throw new InvalidOperationException("no list yet"))]);
        Assert.That(await server.AnswerAsync("/readyz"), Does.StartWith("500 ").And.Contains("[-]watch-pods failed: the check broke: no list yet"));
    }

    [Test]
    public async Task A_thread_that_hangs_ends_liveness_and_one_that_goes_on_restores_it()
    {
        FakeTimeProvider time = new();
        EngineHeartbeat heartbeat = new(time, TimeSpan.FromSeconds(30));
        await using RunningServer server = await RunningServer.StartAsync([heartbeat.Check("engine")]);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(await server.AnswerAsync("/livez"), Is.EqualTo("200 ok"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await server.AnswerAsync("/livez"), Does.StartWith("500 ").And.Contains("[-]engine failed: has not come round for 31 s (limit 30 s)"));
        heartbeat.Tick();
        Assert.That(await server.AnswerAsync("/livez"), Is.EqualTo("200 ok"));
    }

    [Test]
    public async Task The_log_has_each_change_once()
    {
        using ListLoggerProvider lines = new();
        using ILoggerFactory logs = LoggerFactory.Create(b => b.AddProvider(lines).AddFilter("Microsoft", LogLevel.None));
        string? problem = "not synced yet";
        await using RunningServer server = await RunningServer.StartAsync([], [new HealthCheck("watch-pods", () => problem)], logs: logs);
        await server.AnswerAsync("/readyz");
        await server.AnswerAsync("/readyz");
        problem = null;
        await server.AnswerAsync("/readyz");
        await server.AnswerAsync("/readyz");
        Assert.That(lines.Lines, Is.EqualTo(new[] { "Warning readyz check failed: watch-pods: not synced yet", "Information readyz check passed again" }));
    }
}
