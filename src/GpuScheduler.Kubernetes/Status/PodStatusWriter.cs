using System.Net;

namespace GpuScheduler.Kubernetes;

/// <summary>Writes the condition <c>PodScheduled=False</c> and <c>nominatedNodeName</c> of pods that cannot be placed, and only where that changes them.</summary>
internal sealed class PodStatusWriter(HttpClient http, TimeProvider time)
{
    /// <summary>How often a write is tried that meets a newer state of the pod.</summary>
    private const int MaxTries = 3;

    /// <summary>The watch shows the newer state within this time, as a rule.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Sets reason and message. A pod that is gone, was replaced by another of its name, or is bound by now is left alone: the write holds only for
    /// the very state that was seen, so that it can never say of a bound pod that it is not scheduled.
    /// </summary>
    /// <param name="waiting">The pod as it is now known; null once it waits no more.</param>
    /// <param name="reason">Of the condition.</param>
    /// <param name="message">Of the condition.</param>
    /// <param name="nominatedNode">The node where room is made for it; empty: none.</param>
    /// <param name="cancellation">Ends it early.</param>
    public async Task WriteAsync(Func<PodObject?> waiting, string reason, string message, string nominatedNode, CancellationToken cancellation)
    {
        for (int i = 0; i < MaxTries && waiting() is { } pod && !await TryWriteAsync(pod, reason, message, nominatedNode, cancellation).ConfigureAwait(false); i++)
        {
            await Task.Delay(Patience, time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryWriteAsync(PodObject pod, string reason, string message, string nominatedNode, CancellationToken cancellation)
    {
        if (pod.Scheduled is { IsTrue: false } now && now.Reason == reason && now.Message == message && pod.Pod.NominatedNodeName == nominatedNode)
        {
            return true;
        }

        string path = $"api/v1/namespaces/{Uri.EscapeDataString(pod.Pod.Namespace)}/pods/{Uri.EscapeDataString(pod.Pod.Name)}/status";
        using HttpRequestMessage request = new(HttpMethod.Patch, path) { Content = Body(pod, reason, message, nominatedNode) };
        using HttpResponseMessage response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Conflict)
        {
            return false;
        }

        return response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotFound
            ? true
            : throw new HttpRequestException(await ApiFailure.MessageAsync(response).ConfigureAwait(false), null, response.StatusCode);
    }

    private ByteArrayContent Body(PodObject pod, string reason, string message, string nominatedNode) => JsonBody.Of("application/strategic-merge-patch+json", json =>
    {
        // Preconditions: another UID or a newer state is a conflict.
        json.WriteStartObject("metadata");
        json.WriteString("uid", pod.Pod.Uid);
        json.WriteString("resourceVersion", pod.ResourceVersion);
        json.WriteEndObject();
        json.WriteStartObject("status");
        if (pod.Pod.NominatedNodeName != nominatedNode)
        {
            json.WriteString("nominatedNodeName", nominatedNode.Length == 0 ? null : nominatedNode);
        }

        json.WriteStartArray("conditions");
        json.WriteStartObject();
        json.WriteString("type", "PodScheduled");
        json.WriteString("status", "False");
        json.WriteString("reason", reason);
        json.WriteString("message", message);
        if (pod.Scheduled is not { IsTrue: false })
        {
            json.WriteString("lastTransitionTime", ApiTime.Seconds(time.GetUtcNow()));
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });
}
