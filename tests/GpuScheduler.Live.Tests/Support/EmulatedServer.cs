using GpuScheduler.Emulator;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Live.Tests;

/// <summary>The emulator, speaking protobuf as well as JSON.</summary>
internal sealed class EmulatedServer(EmulatorServer server) : ILiveServer
{
    public static async Task<EmulatedServer> StartAsync() =>
        new(await EmulatorServer.StartAsync(new EmulatorOptions()));

    public ApiConnection Connect() => ApiConnection.To(server.Address, new ApiConnectionOptions { Qps = 0 }, TimeProvider.System);

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
