using System.Net;
using System.Text.Json;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Binds pods, and finds out what became of a bind whose answer was lost. The request names the pod's UID and is the same each time it is sent, so
/// sending it again is safe; what is not safe is to give up on one that may still be carried out, and this never does so silently
/// (<see cref="BindOutcomeKind.Unknown"/>). docs/binding.md has the table.
/// </summary>
internal sealed class BindClient(HttpClient http, TimeProvider time, Func<double> jitter)
{
    /// <summary>How often a request without an answer is sent again before nobody knows.</summary>
    private const int MaxTries = 6;

    /// <summary>The longest that a server's Retry-After is waited out here; a pod that must wait longer waits in the queue.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>Binds, or finds out why not.</summary>
    /// <param name="request">The pod, its node, its devices.</param>
    /// <param name="term">The leader's term: nothing is sent after it.</param>
    public async Task<BindOutcome> BindAsync(BindRequest request, LeaderTerm term)
    {
        // From the first request without an answer on, only a look at the pod itself can tell that it is not bound.
        bool mayHaveHappened = false;
        string lastError = "";
        for (int attempt = 0; attempt < MaxTries; attempt++)
        {
            if (!term.IsValid)
            {
                return mayHaveHappened ? new BindOutcome(BindOutcomeKind.Unknown, lastError) : new BindOutcome(BindOutcomeKind.Cancelled, "this replica does not lead any more");
            }

            BindAnswer answer = await SendAsync(request, term.Ended).ConfigureAwait(false);
            lastError = answer.Message;
            switch (answer.Kind)
            {
                case BindAnswerKind.Done:
                    return new BindOutcome(BindOutcomeKind.Bound);
                case BindAnswerKind.Gone:
                    return new BindOutcome(BindOutcomeKind.PodGone, answer.Message);
                case BindAnswerKind.Refused when !mayHaveHappened:
                    return new BindOutcome(BindOutcomeKind.Rejected, answer.Message);
                case BindAnswerKind.Busy when !mayHaveHappened && (answer.RetryAfter > LongestWait || attempt == MaxTries - 1):
                    return new BindOutcome(BindOutcomeKind.Retry, answer.Message);
                case BindAnswerKind.Busy:
                    break;
                default:
                    // Conflict, or no answer that counts: the pod itself tells.
                    mayHaveHappened |= answer.Kind == BindAnswerKind.Lost;
                    if (await LookAsync(request, mayHaveHappened, answer.Message).ConfigureAwait(false) is { } outcome)
                    {
                        return outcome;
                    }

                    break;
            }

            await RetryDelay.WaitAsync(attempt, answer.RetryAfter, LongestWait, jitter(), time, term.Ended).ConfigureAwait(false);
        }

        return mayHaveHappened
            ? new BindOutcome(BindOutcomeKind.Unknown, lastError)
            : new BindOutcome(BindOutcomeKind.Retry, lastError);
    }

    /// <summary>What the pod itself tells; null where it tells nothing for certain.</summary>
    private async Task<BindOutcome?> LookAsync(BindRequest request, bool mayHaveHappened, string why)
    {
        try
        {
            using HttpResponseMessage response = await RequestLimit.RunAsync(
                RequestLimit.Short, time, limited => http.GetAsync(PathOf(request), limited), CancellationToken.None).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return new BindOutcome(BindOutcomeKind.PodGone, why);
            }

            if (!response.IsSuccessStatusCode)
            {
                return null;
            }

            using JsonDocument pod = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync().ConfigureAwait(false)).ConfigureAwait(false);
            JsonElement metadata = pod.RootElement.GetProperty("metadata");
            if (Text(metadata, "uid") != request.Uid)
            {
                return new BindOutcome(BindOutcomeKind.PodGone, "another pod has its name now");
            }

            string node = pod.RootElement.TryGetProperty("spec", out JsonElement spec) ? Text(spec, "nodeName") : "";
            if (node.Length == 0)
            {
                return metadata.TryGetProperty("deletionTimestamp", out _) && !mayHaveHappened ? new BindOutcome(BindOutcomeKind.PodGone, "it is being deleted") : null;
            }

            string devices = metadata.TryGetProperty("annotations", out JsonElement annotations) ? Text(annotations, ManifestKeys.Devices) : "";
            bool isOurs = node == request.Node && devices == request.Devices.ToString();
            return isOurs
                ? new BindOutcome(BindOutcomeKind.AlreadyBoundHere)
                : new BindOutcome(BindOutcomeKind.BoundElsewhere, why, node, Parse(devices));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private async Task<BindAnswer> SendAsync(BindRequest request, CancellationToken cancellation)
    {
        try
        {
            using HttpRequestMessage message = new(HttpMethod.Post, PathOf(request) + "/binding") { Content = BindingBody.Of(request, time.GetUtcNow()) };
            using HttpResponseMessage response = await RequestLimit.RunAsync(
                RequestLimit.Short, time, limited => http.SendAsync(message, limited), cancellation).ConfigureAwait(false);
            string text = await ApiFailure.MessageAsync(response).ConfigureAwait(false);
            return new BindAnswer(KindOf(response.StatusCode), text, ApiFailure.RetryAfter(response, time));
        }
        catch (Exception e) when (e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError })
        {
            return new BindAnswer(BindAnswerKind.Busy, e.Message, null);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return new BindAnswer(BindAnswerKind.Lost, e.Message, null);
        }
    }

    private static BindAnswerKind KindOf(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => BindAnswerKind.Done,
        404 => BindAnswerKind.Gone,
        409 => BindAnswerKind.Conflict,
        401 or 408 or 429 => BindAnswerKind.Busy,
        >= 500 => BindAnswerKind.Lost,
        _ => BindAnswerKind.Refused,
    };

    private static string PathOf(BindRequest request) =>
        $"api/v1/namespaces/{Uri.EscapeDataString(request.Namespace)}/pods/{Uri.EscapeDataString(request.Name)}";

    private static string Text(JsonElement owner, string key) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static DeviceSet Parse(string devices)
    {
        DeviceSet set = DeviceSet.Empty;
        foreach (string part in devices.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            set = byte.TryParse(part, out byte index) && index < Device.MaxPerNode ? set.With(index) : set;
        }

        return set;
    }
}
