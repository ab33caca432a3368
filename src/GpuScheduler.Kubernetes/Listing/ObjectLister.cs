using System.Collections.Immutable;
using System.Net;
using System.Text.Json;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Reads whole collections page by page: consistent lists, straight from the API server's store rather than its cache. One list at a time.
/// </summary>
internal sealed class ObjectLister<T>(HttpClient http, IObjectDecoder<T> decoder, TimeProvider time, Action<Exception> onUnreadable)
{
    private const int PageSize = 500;

    private readonly ListPage _page = new();

    /// <summary>False once the server has refused to send it.</summary>
    private bool _isProtobuf = decoder.HasProtobuf;

    /// <summary>All objects, and the resource version of the list.</summary>
    /// <param name="known">What is known already of an object, in place of which it is not kept a second time; it may be the object itself.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="HttpRequestException">The server does not give the list, or a page is broken.</exception>
    public async Task<(ImmutableArray<T> Items, string ResourceVersion)> ListAsync(Func<T, T> known, CancellationToken cancellation)
    {
        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>();
        string next = "";
        while (true)
        {
            string query = $"?limit={PageSize}{(next.Length == 0 ? "" : "&continue=" + Uri.EscapeDataString(next))}";
            HttpStatusCode status = await RequestLimit.RunAsync(RequestLimit.Page, time, limited => ReadPageAsync(query, known, items, limited), cancellation).ConfigureAwait(false);
            if (status == HttpStatusCode.OK && _page.Continue.Length == 0)
            {
                return (items.ToImmutable(), _page.ResourceVersion);
            }

            // Otherwise anew: the first pages are too old for the rest of them, or it is asked for as JSON.
            next = status == HttpStatusCode.OK ? _page.Continue : "";
            if (next.Length == 0)
            {
                items.Clear();
            }
        }
    }

    /// <summary>Reads a page; another answer than OK: the list begins anew.</summary>
    private async Task<HttpStatusCode> ReadPageAsync(string query, Func<T, T> known, ImmutableArray<T>.Builder items, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, decoder.ApiPath.TrimStart('/') + query);
        request.Headers.TryAddWithoutValidation("Accept", _isProtobuf ? $"{MediaTypes.Protobuf}, {MediaTypes.Json};q=0.5" : MediaTypes.Json);
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                break;
            case HttpStatusCode.Gone when query.Contains("&continue=", StringComparison.Ordinal):
                return response.StatusCode;
            case HttpStatusCode.NotAcceptable or HttpStatusCode.UnsupportedMediaType when _isProtobuf:
                _isProtobuf = false;
                return response.StatusCode;
            default:
                throw new HttpRequestException(await ApiFailure.MessageAsync(response).ConfigureAwait(false), null, response.StatusCode);
        }

        using PooledBody body = await PooledBody.ReadAsync(response, cancellation).ConfigureAwait(false);
        bool isProtobuf = response.Content.Headers.ContentType?.MediaType == MediaTypes.Protobuf;
        try
        {
            _page.Read(body.Span, isProtobuf);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw new HttpRequestException($"a page of the list of {decoder.Resource} is broken: {e.Message}", e);
        }

        foreach (Range item in _page.Items)
        {
            try
            {
                items.Add(known(isProtobuf ? decoder.DecodeProtobuf(body.Span[item]) : decoder.DecodeJson(body.Span[item])));
            }
            catch (ObjectDecodeException e)
            {
                onUnreadable(e);
            }
        }

        return response.StatusCode;
    }
}
