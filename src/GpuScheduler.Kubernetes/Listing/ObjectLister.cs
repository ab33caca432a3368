using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace GpuScheduler.Kubernetes;

/// <summary>Reads whole collections page by page: consistent lists, straight from the API server's store rather than its cache.</summary>
internal sealed class ObjectLister<T>(HttpClient http, IObjectDecoder<T> decoder, TimeProvider time, Action<Exception> onUnreadable)
{
    private const int PageSize = 500;

    /// <summary>All objects, and the resource version of the list.</summary>
    /// <exception cref="HttpRequestException">The server does not give the list.</exception>
    public async Task<(ImmutableArray<T> Items, string ResourceVersion)> ListAsync(CancellationToken cancellation)
    {
        while (true)
        {
            ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>();
            string next = "";
            do
            {
                using HttpRequestMessage request = new(HttpMethod.Get, $"{decoder.ApiPath.TrimStart('/')}?limit={PageSize}{(next.Length == 0 ? "" : "&continue=" + Uri.EscapeDataString(next))}");
                request.Headers.Accept.ParseAdd("application/json");
                using HttpResponseMessage response = await RequestLimit.RunAsync(
                    RequestLimit.Page, time, limited => http.SendAsync(request, limited), cancellation).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.Gone && next.Length > 0)
                {
                    // The first pages are too old for the rest of them.
                    next = "again";
                    break;
                }

                if (!response.IsSuccessStatusCode)
                {
                    throw new HttpRequestException(await ApiFailure.MessageAsync(response).ConfigureAwait(false), null, response.StatusCode);
                }

                using JsonDocument page = await JsonDocument.ParseAsync(
                    await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), default, cancellation).ConfigureAwait(false);
                Read(page.RootElement, items);
                JsonElement metadata = page.RootElement.GetProperty("metadata");
                next = Text(metadata, "continue");
                if (next.Length == 0)
                {
                    return (items.ToImmutable(), Text(metadata, "resourceVersion"));
                }
            }
            while (next.Length > 0);
        }
    }

    private void Read(JsonElement list, ImmutableArray<T>.Builder items)
    {
        if (!list.TryGetProperty("items", out JsonElement array) || array.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (JsonElement item in array.EnumerateArray())
        {
            try
            {
                items.Add(decoder.DecodeJson(JsonMarshal.GetRawUtf8Value(item)));
            }
            catch (ObjectDecodeException e)
            {
                onUnreadable(e);
            }
        }
    }

    private static string Text(JsonElement owner, string key) => owner.TryGetProperty(key, out JsonElement value) ? value.GetString() ?? "" : "";
}
