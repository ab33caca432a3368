using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>Reads the bodies of requests.</summary>
internal static class RequestBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 256 };

    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength is 0) return default;
        using var buffer = new MemoryStream((int)(request.ContentLength ?? 1024));
        await request.Body.CopyToAsync(buffer, cancellation).ConfigureAwait(false);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    /// <summary>The object in a body, JSON or protobuf; null for an empty body.</summary>
    public static async Task<JsonObject?> ReadObjectAsync(HttpRequest request, IObjectTranscoder? transcoder, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> body = await ReadBytesAsync(request, cancellation).ConfigureAwait(false);
        if (body.IsEmpty) return null;
        string type = request.ContentType ?? MediaTypes.Json;
        if (type.StartsWith(MediaTypes.Protobuf, StringComparison.Ordinal))
        {
            var json = new ArrayBufferWriter<byte>();
            if (transcoder is null || !Protobuf.TryDecode(body.Span, transcoder, json))
                throw ApiError.UnsupportedMediaType("the body of the request was in an unknown format - accepted media types include: application/json");
            return Parse(json.WrittenSpan);
        }

        return Parse(body.Span);
    }

    public static JsonObject Parse(ReadOnlySpan<byte> json) => ParseNode(json) as JsonObject
        ?? throw ApiError.BadRequest("the object provided is unrecognized (must be of type Object)");

    public static JsonNode? ParseNode(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: Strict);
        }
        catch (JsonException broken)
        {
            throw ApiError.BadRequest($"the object provided is not valid JSON: {broken.Message}");
        }
    }
}
