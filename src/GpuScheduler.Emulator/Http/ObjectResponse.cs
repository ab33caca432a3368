using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>Writes one object, or a Status, as the answer to a request.</summary>
internal sealed class ObjectResponse(Negotiation negotiation, IObjectTranscoder? transcoder, TimeProvider time)
{
    public Task WriteAsync(HttpContext context, StoredObject stored, int code = 200)
    {
        context.Response.StatusCode = code;
        ResponseForm form = negotiation.Of(context.Request, stored.Resource);
        switch (form)
        {
            case ResponseForm.Protobuf:
                return WriteBytesAsync(context, MediaTypes.Protobuf, Protobuf.Envelope(stored.Resource.ApiVersion, stored.Resource.Kind, stored.Protobuf(transcoder!)));
            case ResponseForm.Table:
                var buffer = new ArrayBufferWriter<byte>();
                using (var writer = new Utf8JsonWriter(buffer, StoredObject.WriterOptions))
                    TableWriter.Write(writer, stored.Resource, [stored], stored.Version.ToText(), "", null, TableWriter.IncludeOf(context.Request.Query), time.GetUtcNow(), withColumns: true);
                return WriteBytesAsync(context, MediaTypes.Json, buffer.WrittenMemory);
            case ResponseForm.Metadata:
                return WriteBytesAsync(context, MediaTypes.Json, JsonSerializer.SerializeToUtf8Bytes(PartialMetadata(stored)));
            default:
                return WriteBytesAsync(context, MediaTypes.Json, stored.Json);
        }
    }

    public Task WriteRefusalAsync(HttpContext context, ApiStatusException refusal)
    {
        if (refusal.Code is 429 or 504 or 503) context.Response.Headers.RetryAfter = "1";
        return WriteStatusAsync(context, refusal.ToStatus(), refusal.Code);
    }

    /// <summary>Status Success.</summary>
    public Task WriteSuccessAsync(HttpContext context, int code, JsonObject? details = null)
    {
        var status = new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success" };
        if (details is not null) status["details"] = details;
        if (code != 200) status["code"] = code;
        return WriteStatusAsync(context, status, code);
    }

    public static JsonObject PartialMetadata(StoredObject stored) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = stored.ReadDocument().Child("metadata").DeepClone(),
    };

    private Task WriteStatusAsync(HttpContext context, JsonObject status, int code)
    {
        context.Response.StatusCode = code;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, StoredObject.WriterOptions)) status.WriteTo(writer);
        bool wantsProtobuf = context.Request.Headers.Accept.ToString().StartsWith(MediaTypes.Protobuf, StringComparison.Ordinal);
        var message = new ArrayBufferWriter<byte>();
        return wantsProtobuf && transcoder is not null && transcoder.TryEncode("v1", "Status", buffer.WrittenSpan, message)
            ? WriteBytesAsync(context, MediaTypes.Protobuf, Protobuf.Envelope("v1", "Status", message.WrittenSpan))
            : WriteBytesAsync(context, MediaTypes.Json, buffer.WrittenMemory);
    }

    private static Task WriteBytesAsync(HttpContext context, string type, ReadOnlyMemory<byte> bytes)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
