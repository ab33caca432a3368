using System.Net.Http.Headers;
using System.Text.Json;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Writes a <c>v1</c> Binding. Its annotations are copied to the pod in the same write that sets the node.</summary>
internal static class BindingBody
{
    public static HttpContent Of(BindRequest request)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "v1");
            json.WriteString("kind", "Binding");
            json.WriteStartObject("metadata");
            json.WriteString("name", request.Name);
            json.WriteString("namespace", request.Namespace);
            json.WriteString("uid", request.Uid);
            if (!request.Devices.IsEmpty)
            {
                json.WriteStartObject("annotations");
                json.WriteString(ManifestKeys.Devices, request.Devices.ToString());
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteStartObject("target");
            json.WriteString("apiVersion", "v1");
            json.WriteString("kind", "Node");
            json.WriteString("name", request.Node);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        ByteArrayContent content = new(stream.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
