using GpuScheduler.Emulator;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Live.Tests;

/// <summary>An API server that runs for the tests.</summary>
internal interface ILiveServer : IAsyncDisposable
{
    /// <summary>What a kubeconfig for it says.</summary>
    string Kubeconfig { get; }

    /// <summary>A connection of its own for each caller, without limits.</summary>
    ApiConnection Connect();

    /// <summary>Another way to the same objects, on which <paramref name="plan"/> strikes.</summary>
    Task<FaultyServer> WithFaultsAsync(FaultPlan plan);

    /// <summary>Forgets past versions of all objects, as a server does in time.</summary>
    Task ForgetHistoryAsync();
}
