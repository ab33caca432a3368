using System.IO.Pipelines;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>Watches. Each reads the history at its own pace, so that a slow client delays nobody.</summary>
internal sealed class WatchHandler(ObjectStore store, Negotiation negotiation, EmulatorOptions options, CancellationToken stopping)
{
    private const int BatchSize = 256;
    private const int FlushBytes = 64 * 1024;

    /// <summary>The last bookmark comes so long before a watch ends by its own timeout, as kube-apiserver's does.</summary>
    private static readonly TimeSpan BeforeEnd = TimeSpan.FromSeconds(2);

    /// <summary>Longer than any watch lasts.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    public async Task HandleAsync(HttpContext context, ApiPath path)
    {
        var request = WatchRequest.Parse(path, context.Request.Query);
        IWatchEncoder encoder = Encoder(context.Request, path.Resource);
        (ObjectTable table, long version, long position) = store.Snapshot(path.Resource);
        long asked = request.Version is "" or "0" ? 0 : ResourceVersions.Parse(request.Version);
        bool sendsState = request.SendsInitialEvents ?? asked == 0;
        if (sendsState && asked > version) throw ApiError.TooLarge(asked, version);
        context.Response.ContentType = encoder.ContentType;
        PipeWriter pipe = context.Response.BodyWriter;
        using var timeout = new CancellationTokenSource(request.Timeout ?? options.WatchTimeout, options.Time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, timeout.Token, stopping);
        try
        {
            if (sendsState)
            {
                await SendStateAsync(pipe, encoder, path.Resource, request, table, version, ended.Token).ConfigureAwait(false);
            }
            else if (asked > 0)
            {
                position = store.Store(path.Resource).History.PositionAfter(asked);
                version = asked;
            }

            // The headers go out at once: a client must not wait for the first event to learn that the watch stands.
            await pipe.FlushAsync(ended.Token).ConfigureAwait(false);
            await SendChangesAsync(pipe, encoder, path.Resource, request, position, version, ended.Token).ConfigureAwait(false);
        }
        catch (ApiStatusException expired) when (expired.Code is 410 or 500)
        {
            encoder.WriteError(pipe, expired.ToStatus());
            await pipe.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            // The watch's time is over: it ends cleanly.
        }
    }

    private static async Task SendStateAsync(PipeWriter pipe, IWatchEncoder encoder, ResourceDefinition resource, WatchRequest request, ObjectTable table, long version, CancellationToken ended)
    {
        foreach (StoredObject stored in table.In(request.Selection.Namespace))
        {
            if (!request.Selection.Matches(stored)) continue;
            encoder.Write(pipe, "ADDED", stored.As(resource));
            if (pipe.UnflushedBytes > FlushBytes) await pipe.FlushAsync(ended).ConfigureAwait(false);
        }

        if (request is { SendsInitialEvents: true, AllowsBookmarks: true }) encoder.WriteBookmark(pipe, Bookmark(resource, version, endsInitial: true));
    }

    private async Task SendChangesAsync(PipeWriter pipe, IWatchEncoder encoder, ResourceDefinition resource, WatchRequest request, long position, long version, CancellationToken ended)
    {
        History history = store.Store(resource).History;
        var batch = new List<HistoryEntry>(BatchSize);
        long began = options.Time.GetTimestamp();
        TimeSpan next = NextBookmark(request, TimeSpan.Zero);
        while (true)
        {
            long upTo = store.Version;
            batch.Clear();
            if (!history.TryRead(position, batch, BatchSize)) throw ApiError.TooOld(version, upTo);
            position += batch.Count;
            foreach (HistoryEntry entry in batch)
            {
                // As the API server does: a watch from a version of the future says nothing until that has passed.
                if (entry.Object.Version <= version) continue;
                version = entry.Object.Version;
                Write(pipe, encoder, resource, request.Selection, entry);
                if (pipe.UnflushedBytes > FlushBytes) await pipe.FlushAsync(ended).ConfigureAwait(false);
            }

            TimeSpan elapsed = options.Time.GetElapsedTime(began);
            if (elapsed >= next && batch.Count == 0)
            {
                // Nothing was left to read after upTo was read, so every change up to it has been sent.
                version = Math.Max(version, upTo);
                encoder.WriteBookmark(pipe, Bookmark(resource, version, endsInitial: false));
                next = NextBookmark(request, elapsed);
            }

            if (pipe.UnflushedBytes > 0) await pipe.FlushAsync(ended).ConfigureAwait(false);
            if (batch.Count == 0) await WaitAsync(history, position, next - options.Time.GetElapsedTime(began), ended).ConfigureAwait(false);
        }
    }

    /// <summary>When the next bookmark is due, counted from the watch's begin: every interval, and shortly before the watch ends.</summary>
    private TimeSpan NextBookmark(WatchRequest request, TimeSpan elapsed)
    {
        if (!request.AllowsBookmarks) return TimeSpan.MaxValue;
        TimeSpan next = elapsed + options.BookmarkInterval, last = (request.Timeout ?? options.WatchTimeout) - BeforeEnd;
        return last > elapsed && last < next ? last : next;
    }

    private async Task WaitAsync(History history, long position, TimeSpan bookmark, CancellationToken ended)
    {
        Task change = history.WaitAsync(position);
        TimeSpan wait = bookmark > LongestWait ? Timeout.InfiniteTimeSpan : bookmark > TimeSpan.Zero ? bookmark : TimeSpan.Zero;
        try
        {
            await change.WaitAsync(wait, options.Time, ended).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Time for a bookmark.
        }
    }

    private static void Write(PipeWriter pipe, IWatchEncoder encoder, ResourceDefinition resource, Selection selection, HistoryEntry entry)
    {
        bool now = entry.Kind != ChangeKind.Deleted && selection.Matches(entry.Object);
        bool before = entry.Before is { } old && selection.Matches(old);
        if (now) encoder.Write(pipe, before ? "MODIFIED" : "ADDED", entry.Object.As(resource));
        else if (before) encoder.Write(pipe, "DELETED", (entry.Kind == ChangeKind.Deleted ? entry.Object : entry.Left).As(resource));
    }

    private static JsonObject Bookmark(ResourceDefinition resource, long version, bool endsInitial)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version.ToText(), ["creationTimestamp"] = null };
        if (endsInitial) metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        return new JsonObject { ["kind"] = resource.Kind, ["apiVersion"] = resource.ApiVersion, ["metadata"] = metadata };
    }

    private IWatchEncoder Encoder(HttpRequest request, ResourceDefinition resource) => negotiation.Of(request, resource) switch
    {
        ResponseForm.Protobuf => new ProtobufWatchEncoder(options.Transcoder!, resource),
        ResponseForm.Table => new TableWatchEncoder(resource, TableWriter.IncludeOf(request.Query), options.Time),
        ResponseForm.Metadata => new MetadataWatchEncoder(),
        _ => new JsonWatchEncoder(),
    };
}
