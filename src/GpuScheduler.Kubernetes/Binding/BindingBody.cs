using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Writes a <c>v1</c> Binding. Its annotations are copied to the pod in the same write that sets the node.</summary>
internal static class BindingBody
{
    public static HttpContent Of(BindRequest request) => JsonBody.Of("application/json", json =>
    {
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
    });
}
