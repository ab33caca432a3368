using System.Collections.Immutable;
using System.Text.Json;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Watches a resource that the server may not have, or not yet: a custom one, or one whose version depends on the server's age. It is looked for until it is there;
/// decisions do not wait for it.
/// </summary>
/// <param name="connection">The API server.</param>
/// <param name="group">API group.</param>
/// <param name="versions">Versions that can be read, the best first.</param>
/// <param name="plural">Name of the resource.</param>
/// <param name="decoder">Makes a decoder for the version that the server has.</param>
/// <param name="handler">Hears of the objects.</param>
/// <param name="observer">Hears how the watch goes.</param>
/// <param name="options">How it lists and watches.</param>
/// <param name="time">The clock.</param>
internal sealed class DiscoveredWatch<T>(
    ApiConnection connection, string group, ImmutableArray<string> versions, string plural, Func<string, IObjectDecoder<T>> decoder, IObjectHandler<T> handler,
    IWatchObserver observer, ReflectorOptions options, TimeProvider time)
{
    /// <summary>Time until a server that did not have the resource is asked again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Looks for the resource, lists and watches, until it is cancelled, and then returns.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            string? version;
            while ((version = await FindVersionAsync(cancellation).ConfigureAwait(false)) is null)
            {
                await Task.Delay(Patience, time, cancellation).ConfigureAwait(false);
            }

            await new Reflector<T>(connection.Client, connection.BaseAddress, decoder(version), handler, observer, options, time).RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private async Task<string?> FindVersionAsync(CancellationToken cancellation)
    {
        using JsonDocument? served = await ReadAsync($"apis/{group}", cancellation).ConfigureAwait(false);
        if (served is null)
        {
            return null;
        }

        HashSet<string> known = [.. Names(served, "versions", "version")];
        foreach (string version in versions)
        {
            if (!known.Contains(version))
            {
                continue;
            }

            using JsonDocument? resources = await ReadAsync($"apis/{group}/{version}", cancellation).ConfigureAwait(false);
            if (resources is not null && Names(resources, "resources", "name").Contains(plural))
            {
                return version;
            }
        }

        return null;
    }

    private async Task<JsonDocument?> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await RequestLimit.RunAsync(
                RequestLimit.Short, time, limited => connection.Client.GetAsync(path, limited), cancellation).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), default, cancellation).ConfigureAwait(false)
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Names(JsonDocument document, string list, string field) =>
        document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(list, out JsonElement items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray().Select(i => i.ValueKind == JsonValueKind.Object && i.TryGetProperty(field, out JsonElement name) ? name.GetString() ?? "" : "")
            : [];
}
