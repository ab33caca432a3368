using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Writes what became of gangs into their objects' status, where the ecosystem expects that of its scheduler, and only where it changes something. Conditions of
/// others stay: the whole list is written, on the very state that was read.
/// </summary>
internal sealed class GangStatusWriter(HttpClient http, TimeProvider time)
{
    /// <summary>How often a write is tried that meets a newer state of the object.</summary>
    private const int MaxTries = 3;

    /// <summary>The watch shows the newer state within this time, as a rule.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <param name="latest">The object as it is now known; null once it is gone.</param>
    /// <param name="verdict">What to say.</param>
    /// <param name="cancellation">Ends it early.</param>
    public async Task WriteAsync(Func<StatedGang?> latest, GangVerdict verdict, CancellationToken cancellation)
    {
        for (int i = 0; i < MaxTries && latest() is { } gang && !await TryWriteAsync(gang, verdict, cancellation).ConfigureAwait(false); i++)
        {
            await Task.Delay(Patience, time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryWriteAsync(StatedGang gang, GangVerdict verdict, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (GangStatuses.After(gang, verdict, now) is { } status)
        {
            JsonObject body = new()
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = gang.ResourceVersion },
                ["status"] = status,
            };
            if (!await TryPatchAsync(GangStatuses.HasSubresource(gang) ? $"{PathOf(gang)}/status" : PathOf(gang), body, cancellation).ConfigureAwait(false))
            {
                return false;
            }
        }

        return GangStatuses.AnnotationsAfter(gang, verdict, now) is not { } annotations
            || await TryPatchAsync(PathOf(gang), new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations } }, cancellation).ConfigureAwait(false);
    }

    /// <returns>False where the object has changed meanwhile.</returns>
    private async Task<bool> TryPatchAsync(string path, JsonObject body, CancellationToken cancellation)
    {
        using StringContent content = new(body.ToJsonString());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/merge-patch+json");
        using HttpRequestMessage request = new(HttpMethod.Patch, path) { Content = content };
        using HttpResponseMessage response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Conflict)
        {
            return false;
        }

        return response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotFound
            ? true
            : throw new HttpRequestException(await ApiFailure.MessageAsync(response).ConfigureAwait(false), null, response.StatusCode);
    }

    private static string PathOf(StatedGang gang) =>
        $"apis/{gang.ApiVersion}/namespaces/{Uri.EscapeDataString(gang.Gang.Key.Namespace)}/{gang.Api.Plural}/{Uri.EscapeDataString(gang.Gang.Key.Name)}";
}
