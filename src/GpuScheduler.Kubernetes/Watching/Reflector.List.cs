using System.Net;
using System.Net.Http.Headers;

namespace GpuScheduler.Kubernetes;

/// <content>Lists, in pages.</content>
public sealed partial class Reflector<T>
{
    /// <summary>As much of an error's body as is read.</summary>
    private const int MaxStatusLength = 64 << 10;

    private async Task<WatchEnding> ListAsync(CancellationTokenSource deadline, CancellationToken cancellation)
    {
        observer.ListStarted(Resource, _reason);
        long began = time.GetTimestamp();
        _store.BeginList();

        // No version is asked for: the newest state, by quorum.
        string next = "";
        do
        {
            deadline.CancelAfter(options.ListTimeout);
            string query = next.Length == 0 ? $"?limit={options.PageSize}" : $"?limit={options.PageSize}&continue={Uri.EscapeDataString(next)}";
            using HttpResponseMessage response = await SendAsync(query, isWatch: false, cancellation).ConfigureAwait(false);
            if (await RefusalAsync(response, cancellation).ConfigureAwait(false) is { } refusal)
            {
                // An expired token among pages, too: the pages seen so far prove nothing of what is not in them.
                return refusal;
            }

            bool isProtobuf = IsProtobuf(response);
            using PooledBody body = await PooledBody.ReadAsync(response, cancellation).ConfigureAwait(false);
            _page.Read(body.Span, isProtobuf);
            foreach (Range item in _page.Items)
            {
                ApplyListed(body.Span[item], isProtobuf);
            }

            next = _page.Continue;
        }
        while (next.Length > 0);
        CompleteList(_page.ResourceVersion, began);
        return new WatchEnding(WatchEnd.Listed);
    }

    private void ApplyListed(ReadOnlySpan<byte> item, bool isProtobuf)
    {
        if (TryDecode(item, isProtobuf, out T value, out ObjectKey? key))
        {
            _store.SetListed(value);
        }
        else if (key is { } known)
        {
            _store.KeepListed(known);
        }
        else
        {
            _store.DoubtList();
        }
    }

    private Task<HttpResponseMessage> SendAsync(string query, bool isWatch, CancellationToken cancellation)
    {
        HttpRequestMessage request = new(HttpMethod.Get, new Uri(address, decoder.ApiPath.TrimStart('/') + query));
        if (_isProtobuf)
        {
            request.Headers.TryAddWithoutValidation("Accept", isWatch ? $"{MediaTypes.Protobuf};stream=watch, {MediaTypes.Json};q=0.5" : $"{MediaTypes.Protobuf}, {MediaTypes.Json};q=0.5");
        }
        else
        {
            request.Headers.TryAddWithoutValidation("Accept", MediaTypes.Json);
        }

        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    /// <exception cref="InvalidDataException">The answer is neither.</exception>
    private bool IsProtobuf(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType switch
    {
        MediaTypes.Protobuf when decoder.HasProtobuf => true,
        MediaTypes.Json => false,
        var other => throw new InvalidDataException($"the server answers with {other ?? "no content type"}"),
    };

    /// <summary>Null: the answer is what was asked for.</summary>
    private async Task<WatchEnding?> RefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return null;
        }

        using PooledBody body = await PooledBody.ReadAsync(response, cancellation, MaxStatusLength).ConfigureAwait(false);
        ApiStatus status = StatusOf(response, body.Span);
        int code = (int)response.StatusCode;
        string detail = status.Message.Length == 0 ? $"HTTP {code}" : $"HTTP {code}: {status.Message}";
        WatchEnd end = response.StatusCode switch
        {
            HttpStatusCode.Gone => WatchEnd.Expired,
            HttpStatusCode.NotAcceptable or HttpStatusCode.UnsupportedMediaType => WatchEnd.NotProtobuf,
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when !_isComplete && _mayStream => WatchEnd.NotStreaming,

            // It takes offence at the version that we name.
            HttpStatusCode.BadRequest when _isComplete => WatchEnd.Expired,
            _ => status.IsVersionTooLarge ? WatchEnd.WentBack : WatchEnd.Refused,
        };
        return new WatchEnding(end, detail, RetryAfter(response.Headers.RetryAfter));
    }

    private static ApiStatus StatusOf(HttpResponseMessage response, ReadOnlySpan<byte> body)
    {
        try
        {
            return response.Content.Headers.ContentType?.MediaType switch
            {
                MediaTypes.Protobuf => ProtobufReading.Status(ProtobufReading.Unwrap(body)),
                MediaTypes.Json => JsonReading.Status(body),
                _ => default(ApiStatus) with { Message = "" },
            };
        }
        catch (Exception e) when (e is InvalidDataException or System.Text.Json.JsonException)
        {
            return new ApiStatus(0, "its body is no Status");
        }
    }

    private TimeSpan RetryAfter(RetryConditionHeaderValue? header)
    {
        TimeSpan asked = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : TimeSpan.Zero);
        return asked > TimeSpan.Zero ? asked : TimeSpan.Zero;
    }
}
