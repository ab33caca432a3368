using System.Net;
using System.Text.Json;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// HAMi's lock on a node (<see cref="NodeLock"/>). HAMi's device plugin gives what the kubelet asks for to the pod that the lock names, so it is taken before a pod is
/// bound, and the plugin takes it away when all containers have theirs: one pod at a time. docs/binding.md has the table.
/// </summary>
internal sealed class NodeLockClient(HttpClient http, TimeProvider time, Func<double> jitter)
{
    /// <summary>
    /// The longest that a pod waits while no other pod of ours gets the lock either; then it is tried again, on another node perhaps. A plugin takes well below a second a pod.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(1);

    /// <summary>How often a release is tried; a lock that stays is taken from its pod later (<see cref="IsAbandonedAsync"/>).</summary>
    private const int MaxReleases = 5;

    private readonly NodeTurns _turns = new(time);

    /// <summary>Takes the lock of the request's node for its pod.</summary>
    /// <param name="request">The pod and its node.</param>
    /// <param name="term">The leader's term: nothing is sent after it.</param>
    /// <returns>Null: the pod holds it. Otherwise what became of the bind, of which nothing was sent.</returns>
    public async Task<BindOutcome?> TakeAsync(BindRequest request, LeaderTerm term)
    {
        long came = time.GetTimestamp();
        NodeTurns.Turn turn;
        try
        {
            turn = await _turns.EnterAsync(request.Node, term.Ended).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Cancelled;
        }

        try
        {
            for (int attempt = 0; term.IsValid; attempt++)
            {
                NodeLockAnswer answer = await TryTakeAsync(request).ConfigureAwait(false);
                if (answer.IsTaken)
                {
                    turn.Progressed = time.GetTimestamp();
                    return null;
                }

                if (answer.Failed is { } kind)
                {
                    return new BindOutcome(kind, answer.Message);
                }

                if (time.GetElapsedTime(Math.Max(came, turn.Progressed)) >= LongestWait)
                {
                    return new BindOutcome(BindOutcomeKind.Retry, answer.Message);
                }

                await WaitAsync(attempt, term.Ended).ConfigureAwait(false);
            }

            return Cancelled;
        }
        finally
        {
            _turns.Leave(request.Node, turn);
        }
    }

    /// <summary>Gives the lock back where the request's pod holds it: it was not bound, and the plugin will never hear of it.</summary>
    public async Task ReleaseAsync(BindRequest request)
    {
        for (int attempt = 0; attempt < MaxReleases; attempt++)
        {
            try
            {
                (HttpStatusCode status, string text, string version, string message) = await ReadAsync(request.Node).ConfigureAwait(false);
                if (status == HttpStatusCode.NotFound || (message.Length == 0 && !(NodeLock.TryParse(text, out NodeLock held) && held.IsOf(request))))
                {
                    return;
                }

                if (message.Length == 0 && (await PatchAsync(request.Node, version, null).ConfigureAwait(false)).Status is HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception e) when (IsNoAnswer(e))
            {
                // As any other failure.
            }

            await WaitAsync(attempt, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static BindOutcome Cancelled => new(BindOutcomeKind.Cancelled, "this replica does not lead any more");

    private async Task<NodeLockAnswer> TryTakeAsync(BindRequest request)
    {
        try
        {
            (HttpStatusCode status, string text, string version, string message) = await ReadAsync(request.Node).ConfigureAwait(false);
            if (message.Length > 0)
            {
                return AnswerTo(status, $"reading node {request.Node} for HAMi's lock: {message}");
            }

            if (text.Length > 0)
            {
                if (!NodeLock.TryParse(text, out NodeLock held))
                {
                    return NodeLockAnswer.Hopeless(BindOutcomeKind.Rejected, $"annotation {HamiKeys.Lock} of node {request.Node} is \"{text}\", which is no lock of HAMi's"
                        + $" (time,namespace,pod), and its device plugin gives nobody devices: remove it with kubectl annotate node {request.Node} {HamiKeys.Lock}-");
                }

                bool isExpired = time.GetUtcNow() - held.Since > NodeLock.Expiry;
                if (!isExpired && held.IsOf(request))
                {
                    return NodeLockAnswer.Taken;
                }

                if (!isExpired && !await IsAbandonedAsync(held, request.Node).ConfigureAwait(false))
                {
                    return NodeLockAnswer.Busy($"node {request.Node} is locked by HAMi since {ApiTime.Seconds(held.Since)} for pod {held.Namespace}/{held.Pod}, which its device plugin has not given devices yet");
                }
            }

            NodeLock ours = new(time.GetUtcNow(), request.Namespace, request.Name);
            (status, message) = await PatchAsync(request.Node, version, ours.ToString()).ConfigureAwait(false);
            return status == HttpStatusCode.OK ? NodeLockAnswer.Taken : AnswerTo(status, $"writing HAMi's lock ({HamiKeys.Lock}) on node {request.Node}: {message}");
        }
        catch (Exception e) when (IsNoAnswer(e))
        {
            return NodeLockAnswer.Busy($"HAMi's lock on node {request.Node}: {e.Message}");
        }
    }

    /// <summary>
    /// True where the plugin will do nothing more for the pod that a lock names: it is gone or has ended, is bound to another node, or has what it was to get. A pod that
    /// is not bound yet may still be. A release that comes late harms nobody: it is only for the pod that the lock names.
    /// </summary>
    private async Task<bool> IsAbandonedAsync(NodeLock held, string node)
    {
        if (held.Pod.Length == 0)
        {
            return false;
        }

        using HttpResponseMessage response = await GetAsync($"api/v1/namespaces/{Uri.EscapeDataString(held.Namespace)}/pods/{Uri.EscapeDataString(held.Pod)}").ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return true;
        }

        if (!response.IsSuccessStatusCode)
        {
            return false;
        }

        using JsonDocument pod = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync().ConfigureAwait(false)).ConfigureAwait(false);
        string bound = Text(pod.RootElement, "spec", "nodeName"), phase = Text(pod.RootElement, "metadata", "annotations", HamiKeys.BindPhase);
        return Text(pod.RootElement, "status", "phase") is "Succeeded" or "Failed"
            || (bound.Length > 0 && (bound != node || phase is not ("" or HamiKeys.Allocating)));
    }

    /// <summary>The node's lock, empty where there is none, and its resource version; or why it cannot be read.</summary>
    private async Task<(HttpStatusCode Status, string Lock, string Version, string Message)> ReadAsync(string node)
    {
        using HttpResponseMessage response = await GetAsync($"api/v1/nodes/{Uri.EscapeDataString(node)}").ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            return (response.StatusCode, "", "", await ApiFailure.MessageAsync(response).ConfigureAwait(false));
        }

        using JsonDocument document = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync().ConfigureAwait(false)).ConfigureAwait(false);
        return (response.StatusCode, Text(document.RootElement, "metadata", "annotations", HamiKeys.Lock), Text(document.RootElement, "metadata", "resourceVersion"), "");
    }

    /// <summary>Sets or removes the lock, if the node is still as it was read.</summary>
    private async Task<(HttpStatusCode Status, string Message)> PatchAsync(string node, string version, string? text)
    {
        using HttpRequestMessage patch = new(HttpMethod.Patch, $"api/v1/nodes/{Uri.EscapeDataString(node)}")
        {
            Content = JsonBody.Of("application/merge-patch+json", json =>
            {
                json.WriteStartObject("metadata");
                json.WriteString("resourceVersion", version);
                json.WriteStartObject("annotations");
                json.WriteString(HamiKeys.Lock, text);
                json.WriteEndObject();
                json.WriteEndObject();
            }),
        };
        using HttpResponseMessage response = await RequestLimit.RunAsync(
            RequestLimit.Short, time, limited => http.SendAsync(patch, limited), CancellationToken.None).ConfigureAwait(false);
        return (response.StatusCode, await ApiFailure.MessageAsync(response).ConfigureAwait(false));
    }

    private Task<HttpResponseMessage> GetAsync(string path) =>
        RequestLimit.RunAsync(RequestLimit.Short, time, limited => http.GetAsync(path, limited), CancellationToken.None);

    private static NodeLockAnswer AnswerTo(HttpStatusCode status, string message) => (int)status switch
    {
        404 => NodeLockAnswer.Hopeless(BindOutcomeKind.Retry, message),
        401 or 408 or 409 or 429 or >= 500 => NodeLockAnswer.Busy(message),
        _ => NodeLockAnswer.Hopeless(BindOutcomeKind.Rejected, message),
    };

    private static bool IsNoAnswer(Exception e) => e is HttpRequestException or OperationCanceledException or IOException or JsonException;

    private Task WaitAsync(int attempt, CancellationToken cancellation) => RetryDelay.WaitAsync(attempt, null, LongestBackoff, jitter(), time, cancellation);

    /// <summary>The text at a path of keys; empty where there is none.</summary>
    private static string Text(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (string key in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(key, out element))
            {
                return "";
            }
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString()! : "";
    }
}
