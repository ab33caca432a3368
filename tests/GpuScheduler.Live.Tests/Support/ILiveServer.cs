using GpuScheduler.Kubernetes;

namespace GpuScheduler.Live.Tests;

/// <summary>An API server that runs for the tests.</summary>
internal interface ILiveServer : IAsyncDisposable
{
    /// <summary>A connection of its own for each caller, without limits.</summary>
    ApiConnection Connect();
}
