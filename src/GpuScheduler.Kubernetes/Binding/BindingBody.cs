using System.Globalization;
using System.Text.Json;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Writes a <c>v1</c> Binding. Its annotations are copied to the pod in the same write that sets the node.</summary>
internal static class BindingBody
{
    private const int LongestLabelValue = 63;

    public static HttpContent Of(BindRequest request, DateTimeOffset now) => JsonBody.Of("application/json", json =>
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
            if (request.HamiDevices.Length > 0)
            {
                WriteHami(json, request, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            }

            json.WriteEndObject();
        }

        if (request.HamiDevices.Length > 0 && request.Node.Length <= LongestLabelValue)
        {
            // HAMi's monitor finds pods by it. API servers copy a Binding's labels, too, where they have the feature PodTopologyLabelsAdmission (1.35; KEP-4742).
            json.WriteStartObject("labels");
            json.WriteString(HamiKeys.Node, request.Node);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("target");
        json.WriteString("apiVersion", "v1");
        json.WriteString("kind", "Node");
        json.WriteString("name", request.Node);
        json.WriteEndObject();
    });

    private static void WriteHami(Utf8JsonWriter json, BindRequest request, string now)
    {
        json.WriteString(HamiKeys.Node, request.Node);
        json.WriteString(HamiKeys.Time, now);
        json.WriteString(HamiKeys.ToAllocate, request.HamiDevices);
        json.WriteString(HamiKeys.Allocated, request.HamiDevices);
        json.WriteString(HamiKeys.BindPhase, HamiKeys.Allocating);
        json.WriteString(HamiKeys.BindTime, now);
    }
}
