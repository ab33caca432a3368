using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuScheduler.Kubernetes;

/// <summary>A JSON object as the body of a request.</summary>
internal static class JsonBody
{
    /// <param name="mediaType">Such as <c>application/merge-patch+json</c>.</param>
    /// <param name="write">Writes the object's fields.</param>
    public static ByteArrayContent Of(string mediaType, Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        ByteArrayContent content = new(stream.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return content;
    }

    /// <inheritdoc cref="Of(string, Action{Utf8JsonWriter})"/>
    public static ByteArrayContent Of(string mediaType, JsonObject body)
    {
        ByteArrayContent content = new(Encoding.UTF8.GetBytes(body.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return content;
    }
}
