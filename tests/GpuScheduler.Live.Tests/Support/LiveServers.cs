namespace GpuScheduler.Live.Tests;

/// <summary>One server of each kind for the whole run: starting one takes seconds.</summary>
[SetUpFixture]
public sealed class LiveServers
{
    private static readonly Dictionary<ServerKind, Task<ILiveServer>> Started = [];
    private static readonly Lock Starting = new();

    /// <summary>The server; where it cannot be had, the test is skipped by name, and fails in CI.</summary>
    internal static Task<ILiveServer> GetAsync(ServerKind kind)
    {
        if (kind == ServerKind.Real && RealServer.Assets is null)
        {
            Skip("there is no kube-apiserver: set KUBEBUILDER_ASSETS to a folder that has it, such as .ci/provide-kubernetes prints");
        }

        lock (Starting)
        {
            if (!Started.TryGetValue(kind, out Task<ILiveServer>? server))
            {
                Started.Add(kind, server = StartAsync(kind));
            }

            return server;
        }
    }

    /// <summary>Skips the test for want of something; fails it in CI, where nothing may be wanting.</summary>
    internal static void Skip(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
        {
            Assert.Fail(reason);
        }

        Assert.Ignore(reason);
    }

    [OneTimeTearDown]
    public async Task StopAll()
    {
        foreach (Task<ILiveServer> server in Started.Values)
        {
            await (await server).DisposeAsync();
        }
    }

    private static async Task<ILiveServer> StartAsync(ServerKind kind) =>
        kind == ServerKind.Emulator ? await EmulatedServer.StartAsync() : await RealServer.StartAsync();
}
