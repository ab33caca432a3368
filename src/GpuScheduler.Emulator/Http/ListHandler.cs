using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>Lists, whole or in pages. A page after the first is of the same state as the first, rebuilt from the history.</summary>
internal sealed class ListHandler(ObjectStore store, Negotiation negotiation, IObjectTranscoder? transcoder)
{
    private const int FlushBytes = 128 * 1024;

    public Task HandleAsync(HttpContext context, ApiPath path)
    {
        IQueryCollection query = context.Request.Query;
        var selection = Selection.Of(path, query);
        long limit = Number(query, "limit") ?? 0;
        string token = query["continue"].ToString();
        (ObjectTable table, long version, string after) = token.Length > 0 ? Continue(path.Resource, token) : Start(path.Resource, query);
        var chosen = new List<StoredObject>();
        StoredObject? next = null;
        long remaining = 0;
        foreach (StoredObject stored in table.In(selection.Namespace, after))
        {
            if (limit > 0 && chosen.Count == limit)
            {
                if (!selection.HasSelectors)
                {
                    next ??= stored;
                    remaining++;
                    continue;
                }

                if (!selection.Matches(stored)) continue;
                next = stored;
                break;
            }

            if (selection.Matches(stored)) chosen.Add(stored.As(path.Resource));
        }

        string continueToken = next is null ? "" : new ContinueToken(version, ContinueToken.KeyOf(chosen[^1])).Encode();
        return WriteAsync(context, path.Resource, chosen, version, continueToken, next is null || selection.HasSelectors ? null : remaining);
    }

    /// <summary>A list of what was just deleted.</summary>
    public Task WriteAsync(HttpContext context, ResourceDefinition resource, List<StoredObject> objects)
        => WriteAsync(context, resource, objects, store.Version, "", null);

    private static long? Number(IQueryCollection query, string name)
        => long.TryParse(query[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private (ObjectTable Table, long Version, string After) Start(ResourceDefinition resource, IQueryCollection query)
    {
        string text = query["resourceVersion"].ToString(), match = query["resourceVersionMatch"].ToString();
        (ObjectTable table, long version, long position) = store.Snapshot(resource);
        if (text is "" or "0") return (table, version, "");
        long asked = ResourceVersions.Parse(text);
        if (asked > version) throw ApiError.TooLarge(asked, version);
        // Without a match, a version with a limit means exactly that version, as in the API server.
        bool exact = match == "Exact" || (match.Length == 0 && query["limit"].ToString().Length > 0);
        return exact ? (Rewind(resource, table, position, asked), asked, "") : (table, version, "");
    }

    private (ObjectTable Table, long Version, string After) Continue(ResourceDefinition resource, string text)
    {
        ContinueToken token = ContinueToken.Decode(text);
        (ObjectTable table, long version, long position) = store.Snapshot(resource);
        if (token.Version <= 0) return (table, version, token.After);
        try
        {
            return (Rewind(resource, table, position, token.Version), token.Version, token.After);
        }
        catch (ApiStatusException old) when (old.Code == 410)
        {
            throw ApiError.Expired(
                "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
                new ContinueToken(0, token.After).Encode());
        }
    }

    private ObjectTable Rewind(ResourceDefinition resource, ObjectTable table, long position, long version)
    {
        History history = store.Store(resource).History;
        long from = history.PositionAfter(version);
        var entries = new List<HistoryEntry>();
        if (position > from && !history.TryRead(from, entries, (int)(position - from))) throw ApiError.TooOld(version, store.Version);
        for (int index = entries.Count - 1; index >= 0; index--)
            table = entries[index].Before is { } before ? table.With(before) : table.Without(entries[index].Object);
        return table;
    }

    private Task WriteAsync(HttpContext context, ResourceDefinition resource, List<StoredObject> objects, long version, string continueToken, long? remaining)
    {
        ResponseForm form = negotiation.Of(context.Request, resource);
        context.Response.ContentType = form == ResponseForm.Protobuf ? MediaTypes.Protobuf : MediaTypes.Json;
        if (form == ResponseForm.Protobuf) return ProtobufList.WriteAsync(context, transcoder!, resource, objects, version, continueToken, remaining);
        if (form != ResponseForm.Table) return WriteJsonAsync(context, resource, objects, version, continueToken, remaining, form);
        PipeWriter pipe = context.Response.BodyWriter;
        using (var writer = new Utf8JsonWriter(pipe, StoredObject.WriterOptions))
            TableWriter.Write(writer, resource, objects, version.ToText(), continueToken, remaining, TableWriter.IncludeOf(context.Request.Query), store.Time.GetUtcNow(), withColumns: true);
        return pipe.FlushAsync(context.RequestAborted).AsTask();
    }

    private static async Task WriteJsonAsync(HttpContext context, ResourceDefinition resource, List<StoredObject> objects, long version, string continueToken, long? remaining, ResponseForm form)
    {
        PipeWriter pipe = context.Response.BodyWriter;
        WriteHead(pipe, resource, version, continueToken, remaining, form);
        int prefix = resource.DocumentPrefix.Length;
        bool first = true;
        foreach (StoredObject stored in objects)
        {
            if (!first) pipe.Write(","u8);
            first = false;
            if (form == ResponseForm.Metadata)
            {
                pipe.Write(JsonSerializer.SerializeToUtf8Bytes(ObjectResponse.PartialMetadata(stored)));
            }
            else if (resource.IsCustom)
            {
                pipe.Write(stored.Json.Span);
            }
            else
            {
                // Items of built-in lists carry neither kind nor apiVersion, as with the API server.
                pipe.Write("{"u8);
                pipe.Write(stored.Json.Span[(prefix + 1)..]);
            }

            if (pipe.UnflushedBytes > FlushBytes) await pipe.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }

        pipe.Write("]}\n"u8);
        await pipe.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static void WriteHead(IBufferWriter<byte> pipe, ResourceDefinition resource, long version, string continueToken, long? remaining, ResponseForm form)
    {
        using var writer = new Utf8JsonWriter(pipe, StoredObject.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("kind", form == ResponseForm.Metadata ? "PartialObjectMetadataList" : resource.ListKind);
        writer.WriteString("apiVersion", form == ResponseForm.Metadata ? "meta.k8s.io/v1" : resource.ApiVersion);
        writer.WriteStartObject("metadata");
        writer.WriteString("resourceVersion", version.ToText());
        if (continueToken.Length > 0) writer.WriteString("continue", continueToken);
        if (remaining is { } count) writer.WriteNumber("remainingItemCount", count);
        writer.WriteEndObject();
        writer.WritePropertyName("items");
        writer.WriteRawValue("["u8, skipInputValidation: true);
    }
}
