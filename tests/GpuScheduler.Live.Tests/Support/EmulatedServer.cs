using GpuScheduler.Emulator;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Live.Tests;

/// <summary>The emulator, speaking protobuf as well as JSON.</summary>
internal sealed class EmulatedServer(EmulatorServer server) : ILiveServer
{
    public static async Task<EmulatedServer> StartAsync(int seed = 1) =>
        new(await EmulatorServer.StartAsync(new EmulatorOptions { Seed = seed }));

    public string Kubeconfig => $"""
        apiVersion: v1
        kind: Config
        clusters: [{"{"}name: live, cluster: {"{"}server: "{server.Address}"{"}}"}]
        contexts: [{"{"}name: live, context: {"{"}cluster: live{"}}"}]
        current-context: live
        """;

    public ApiConnection Connect() => ApiConnection.To(server.Address, new ApiConnectionOptions { Qps = 0 }, TimeProvider.System);

    public async Task<FaultyServer> WithFaultsAsync(FaultPlan plan)
    {
        EmulatorServer faulty = await EmulatorServer.StartAsync(new EmulatorOptions { Cluster = server.Cluster, Middleware = [FaultInjection.Of(plan)] });
        return new FaultyServer(faulty.Address, faulty);
    }

    public Task ForgetHistoryAsync()
    {
        server.Cluster.ForgetHistory();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
