using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using GpuScheduler.Cluster;
using GpuScheduler.Kubernetes;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Server.Tests;

public sealed class SchedulerServerTests
{
    [Test]
    public async Task A_port_that_is_taken_is_named_with_what_wanted_it_and_the_mend()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        ServerAddress taken = new(IPAddress.Loopback, ((IPEndPoint)other.LocalEndpoint).Port);
        IOException e = (await Assert.ThrowsAsync<IOException>(() => RunningServer.StartAsync(options: RunningServer.Options with { ServingAddress = taken })))!;
        Assert.That(e.Message, Is.EqualTo(
            $"cannot serve health and metrics on {taken}: the address is already in use; stop what uses it, or choose another address with --metrics-address"));
    }

    [Test]
    public async Task Where_the_debug_address_is_taken_nothing_is_left_listening()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        ServerAddress taken = new(IPAddress.Loopback, ((IPEndPoint)other.LocalEndpoint).Port);
        ServerAddress free = FreeAddress();
        ServerOptions options = RunningServer.Options with { ServingAddress = free, DebugAddress = taken };
        await Assert.ThrowsAsync<IOException>(() => RunningServer.StartAsync(debug: NoDebug(), options: options));
        await using RunningServer again = await RunningServer.StartAsync(options: options with { DebugAddress = null });
        Assert.That(await again.AnswerAsync("/livez"), Is.EqualTo("200 ok"));
    }

    [Test]
    public async Task An_address_that_is_not_of_this_machine_is_refused_with_the_reason()
    {
        ServerAddress elsewhere = new(IPAddress.Parse("192.0.2.1"), 0);
        IOException e = (await Assert.ThrowsAsync<IOException>(() => RunningServer.StartAsync(options: RunningServer.Options with { ServingAddress = elsewhere })))!;
        Assert.That(e.Message, Does.StartWith("cannot serve health and metrics on 192.0.2.1:0: ").And.EndsWith("choose another address with --metrics-address"));
    }

    [Test]
    public async Task What_is_switched_off_is_not_served()
    {
        await using RunningServer server = await RunningServer.StartAsync(options: new ServerOptions { ServingAddress = null, DebugAddress = null });
        Assert.That(server.Server.ServingAddress, Is.Null);
        Assert.That(server.Server.DebugAddress, Is.Null);
    }

    [Test]
    public async Task After_disposal_the_port_is_free()
    {
        RunningServer server = await RunningServer.StartAsync();
        ServerAddress address = new(IPAddress.Loopback, server.Server.ServingAddress!.Port);
        await server.DisposeAsync();
        await using RunningServer again = await RunningServer.StartAsync(options: RunningServer.Options with { ServingAddress = address });
        Assert.That(again.Server.ServingAddress!.Port, Is.EqualTo(address.Port));
    }

    [Test]
    public async Task All_interfaces_include_this_machine()
    {
        await using RunningServer server = await RunningServer.StartAsync(options: RunningServer.Options with { ServingAddress = new ServerAddress(IPAddress.IPv6Any, 0) });
        string answer = await server.Client.GetStringAsync(new Uri($"http://127.0.0.1:{server.Server.ServingAddress!.Port}/livez"));
        Assert.That(answer, Is.EqualTo("ok"));
    }

    [Test]
    public async Task A_client_that_asks_for_OpenMetrics_gets_it()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(server.Server.ServingAddress!, "/metrics"));
        request.Headers.TryAddWithoutValidation("Accept", "application/openmetrics-text; version=1.0.0");
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/openmetrics-text"));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.EndWith("# EOF\n"));
    }

    [Test]
    public async Task A_dump_that_nobody_reads_to_the_end_does_not_hold_up_the_end()
    {
        Channel<QueuedPodDump> endless = Channel.CreateUnbounded<QueuedPodDump>();
        ServerOptions options = RunningServer.Options with { ShutdownTimeout = TimeSpan.FromMilliseconds(100) };
        RunningServer server = await RunningServer.StartAsync(debug: new FixedDebug(new ClusterWriter(_ => 0).Head, endless.Reader.ReadAllAsync()), options: options);
        endless.Writer.TryWrite(new QueuedPodDump { Namespace = "ml", Name = "a", Pool = QueuePool.Active });
        Task<HttpResponseMessage> dump = server.GetDebugAsync("/debug/queue");
        Assert.That(await server.AnswerAsync("/livez"), Is.EqualTo("200 ok"));
        await server.Server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<HttpRequestException>(() => dump);
        server.Client.Dispose();
    }

    private static ServerAddress FreeAddress()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return new ServerAddress(IPAddress.Loopback, ((IPEndPoint)probe.LocalEndpoint).Port);
    }

    private static FixedDebug NoDebug() => new(new ClusterWriter(_ => 0).Head, AsyncEnumerable.Empty<QueuedPodDump>());
}
