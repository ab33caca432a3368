using System.Collections.Immutable;
using System.Net;
using System.Text.Json;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Watches a resource that the server may not have, or not yet: a custom one, or one whose version depends on the server's age. It is looked for until it is there;
/// decisions do not wait for it.
/// </summary>
/// <param name="client">Authenticated, without a timeout of its own.</param>
/// <param name="address">Of the API server.</param>
/// <param name="group">API group; empty: the core's, which knows one version.</param>
/// <param name="versions">Versions that can be read, the best first.</param>
/// <param name="plural">Name of the resource.</param>
/// <param name="decoder">Makes a decoder for the version that the server has.</param>
/// <param name="handler">Hears of the objects.</param>
/// <param name="observer">Hears how the watch goes.</param>
/// <param name="options">How it lists and watches.</param>
/// <param name="time">The clock.</param>
internal sealed class DiscoveredWatch<T>(
    HttpClient client, Uri address, string group, ImmutableArray<string> versions, string plural, Func<string, IObjectDecoder<T>> decoder, IObjectHandler<T> handler,
    IWatchObserver observer, ReflectorOptions options, TimeProvider time) : IObjectWatch
{
    /// <summary>Time until a server that did not have the resource is asked again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private volatile Reflector<T>? _reflector;

    /// <summary>When the server last said that it does not have the resource, or does not let us have it; a timestamp of the clock.</summary>
    private long _absent = long.MinValue;

    public string Resource => plural;

    /// <summary>The version that the server has; the best where it is not known.</summary>
    public string Version { get; private set; } = versions[0];

    /// <summary>As of any watch; what the server does not have is always known.</summary>
    public TimeSpan? Age => _reflector is { } watch ? watch.Age : Volatile.Read(ref _absent) == long.MinValue ? null : TimeSpan.Zero;

    public bool IsListedSince(long timestamp) => _reflector is { } watch ? watch.IsListedSince(timestamp) : Volatile.Read(ref _absent) >= timestamp;

    /// <summary>All objects, from the server's store, and the resource version of the list; none, and empty, where it does not have the resource.</summary>
    /// <exception cref="HttpRequestException">The server does not give the list.</exception>
    public async Task<(ImmutableArray<T> Items, string ResourceVersion)> ListAsync(CancellationToken cancellation) =>
        _reflector is null ? ([], "")
            : await new ObjectLister<T>(client, decoder(Version), time, e => observer.Undecodable(plural, null, e.Message)).ListAsync(o => o, cancellation).ConfigureAwait(false);

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

            Version = version;
            Reflector<T> watch = new(client, address, decoder(version), handler, observer, options, time);
            _reflector = watch;
            await watch.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private async Task<string?> FindVersionAsync(CancellationToken cancellation)
    {
        string root = group.Length == 0 ? "api" : $"apis/{group}";
        (HttpStatusCode status, JsonDocument? served) = await ReadAsync(root, cancellation).ConfigureAwait(false);
        using (served)
        {
            HashSet<string> known = served is null ? [] : [.. Names(served, "versions", "version")];
            bool isAbsent = status == HttpStatusCode.NotFound || served is not null;
            foreach (string version in versions.Where(known.Contains))
            {
                (status, JsonDocument? resources) = await ReadAsync($"{root}/{version}", cancellation).ConfigureAwait(false);
                using (resources)
                {
                    if (resources is not null && Names(resources, "resources", "name").Contains(plural))
                    {
                        if (await IsAllowedAsync(version, cancellation).ConfigureAwait(false))
                        {
                            return version;
                        }

                        isAbsent = true;
                        break;
                    }

                    isAbsent &= status == HttpStatusCode.NotFound || resources is not null;
                }
            }

            if (isAbsent)
            {
                Volatile.Write(ref _absent, time.GetTimestamp());
            }

            return null;
        }
    }

    /// <summary>False where the server does not let us list it: it is as if it were not there, and decisions do not wait for it.</summary>
    private async Task<bool> IsAllowedAsync(string version, CancellationToken cancellation)
    {
        (HttpStatusCode status, JsonDocument? page) = await ReadAsync(decoder(version).ApiPath.TrimStart('/') + "?limit=1", cancellation).ConfigureAwait(false);
        page?.Dispose();
        if (status == HttpStatusCode.Forbidden)
        {
            observer.Ended(plural, WatchEnd.Refused, $"to list {(group.Length == 0 ? plural : $"{plural}.{group}")} is not allowed to this scheduler, which goes on without them; manifests/base/rbac.yaml has the rule", Patience);
        }

        return status != HttpStatusCode.Forbidden;
    }

    /// <summary>Reads; status 0: there was no answer that counts.</summary>
    private async Task<(HttpStatusCode Status, JsonDocument? Body)> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await RequestLimit.RunAsync(
                RequestLimit.Short, time, limited => client.GetAsync(path, limited), cancellation).ConfigureAwait(false);
            return (response.StatusCode, response.IsSuccessStatusCode
                ? await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), default, cancellation).ConfigureAwait(false)
                : null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            return (0, null);
        }
    }

    private static IEnumerable<string> Names(JsonDocument document, string list, string field) =>
        document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(list, out JsonElement items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray().Select(i => i.ValueKind == JsonValueKind.String ? i.GetString()!
                : i.ValueKind == JsonValueKind.Object && i.TryGetProperty(field, out JsonElement name) ? name.GetString() ?? "" : "")
            : [];
}
