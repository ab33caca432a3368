using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuScheduler.Kubernetes;

/// <summary>Reads and patches single objects before a pod is bound. A patch holds only for the very state that was read.</summary>
internal sealed class ObjectRequests(HttpClient http, TimeProvider time)
{
    /// <summary>Reads an object; status 0: there was no answer.</summary>
    public Task<(HttpStatusCode Status, JsonObject? Body, string Message)> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    /// <summary>Merges a patch into an object; status 0: there was no answer.</summary>
    public Task<(HttpStatusCode Status, JsonObject? Body, string Message)> PatchAsync(string path, JsonObject patch) => SendAsync(HttpMethod.Patch, path, patch);

    /// <summary>It may have been carried out, or may still be.</summary>
    public static bool IsLost(HttpStatusCode status) => (int)status is 0 or >= 500;

    /// <summary>It was not carried out, or nobody knows, and it is worth another try.</summary>
    public static bool IsPassing(HttpStatusCode status) =>
        IsLost(status) || status is HttpStatusCode.Conflict or HttpStatusCode.Unauthorized or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    /// <summary>The metadata of a patch that holds only for the state that was read.</summary>
    public static JsonObject Precondition(JsonObject read) =>
        new() { ["resourceVersion"] = Text(read, "metadata", "resourceVersion"), ["uid"] = Text(read, "metadata", "uid") };

    /// <summary>The text at a path of keys; empty where there is none.</summary>
    public static string Text(JsonObject from, params ReadOnlySpan<string> path)
    {
        JsonNode? at = from;
        foreach (string key in path)
        {
            at = (at as JsonObject)?[key];
        }

        return at is JsonValue value && value.TryGetValue(out string? text) ? text : "";
    }

    private async Task<(HttpStatusCode Status, JsonObject? Body, string Message)> SendAsync(HttpMethod method, string path, JsonObject? patch)
    {
        try
        {
            using HttpRequestMessage message = new(method, path);
            if (patch is not null)
            {
                message.Content = JsonBody.Of("application/merge-patch+json", patch);
            }

            using HttpResponseMessage response = await RequestLimit.RunAsync(
                RequestLimit.Short, time, limited => http.SendAsync(message, limited), CancellationToken.None).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                return (response.StatusCode, null, await ApiFailure.MessageAsync(response).ConfigureAwait(false));
            }

            return JsonNode.Parse(await response.Content.ReadAsStringAsync().ConfigureAwait(false)) is JsonObject body
                ? (HttpStatusCode.OK, body, "")
                : (0, null, "the answer is no object");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or JsonException)
        {
            return (0, null, e.Message);
        }
    }
}
