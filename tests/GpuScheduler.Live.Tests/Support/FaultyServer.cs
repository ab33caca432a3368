using GpuScheduler.Kubernetes;

namespace GpuScheduler.Live.Tests;

/// <summary>A way to an API server on which faults strike.</summary>
/// <param name="address">Where it listens.</param>
/// <param name="listening">What listens there; it goes with this.</param>
internal sealed class FaultyServer(Uri address, IAsyncDisposable listening) : IAsyncDisposable
{
    /// <summary>A connection of its own for each caller, without limits.</summary>
    public ApiConnection Connect() => ApiConnection.To(address, new ApiConnectionOptions { Qps = 0 }, TimeProvider.System);

    public ValueTask DisposeAsync() => listening.DisposeAsync();
}
