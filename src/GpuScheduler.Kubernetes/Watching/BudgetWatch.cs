using System.Text.Json;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Keeps the PodDisruptionBudgets up to date, in whichever version the server has. Decisions do not wait for it: the Eviction API knows the budgets too, and is asked before
/// any pod goes.
/// </summary>
internal sealed class BudgetWatch(ApiConnection connection, IObjectHandler<DisruptionBudget> handler, IWatchObserver observer, ReflectorOptions options, TimeProvider time)
{
    private static readonly string[] Versions = ["policy/v1", "policy/v1beta1"];

    /// <summary>Time until a server that could not say which version it has is asked again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Lists and watches until it is cancelled, and then returns.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            string? version;
            while ((version = await FindVersionAsync(cancellation).ConfigureAwait(false)) is null)
            {
                await Task.Delay(Patience, time, cancellation).ConfigureAwait(false);
            }

            await new Reflector<DisruptionBudget>(connection.Client, connection.BaseAddress, new BudgetDecoder(version), handler, observer, options, time)
                .RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private async Task<string?> FindVersionAsync(CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await RequestLimit.RunAsync(
                RequestLimit.Short, time, limited => connection.Client.GetAsync("apis/policy", limited), cancellation).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                return null;
            }

            using JsonDocument group = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), default, cancellation)
                .ConfigureAwait(false);
            HashSet<string?> served = [.. group.RootElement.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("groupVersion").GetString())];
            return Array.Find(Versions, served.Contains);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}
