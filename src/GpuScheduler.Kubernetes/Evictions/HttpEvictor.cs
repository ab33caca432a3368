using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Evicts through the API server's Eviction subresource, which honours PodDisruptionBudgets and each pod's grace period. A dry run of all comes first, so that no pod goes
/// for the sake of others that a budget keeps.
/// </summary>
/// <param name="http">The API server.</param>
/// <param name="term">The leader's term: nothing is sent outside of one.</param>
/// <param name="time">The clock.</param>
internal sealed class HttpEvictor(HttpClient http, Func<LeaderTerm?> term, TimeProvider time) : IEvictor, IAsyncDisposable
{
    /// <summary>How often a request is sent that is not answered for good.</summary>
    private const int MaxTries = 5;

    private const string Current = "policy/v1";

    /// <summary>What servers before 1.22 take.</summary>
    private const string Older = "policy/v1beta1";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Task, bool> _underWay = new();
    private volatile string _apiVersion = Current;

    private enum Answer
    {
        Goes,
        Protected,
        Refused,
        OtherVersion,
        Unclear,
    }

    public void Start(EvictionRequest request, Action<EvictionOutcome> done)
    {
        LeaderTerm? current = term();
        Task task = Task.Run(async () => done(current is { IsValid: true } ? await TryEvictAsync(request, current).ConfigureAwait(false) : NotLeading()));
        _underWay[task] = true;
        _ = task.ContinueWith(t => _underWay.TryRemove(t, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits for what is under way.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_underWay.Keys).ConfigureAwait(false);

    private static EvictionOutcome NotLeading() => new(0, 0, false, "this replica does not lead any more");

    /// <summary>Whatever happens there is an outcome: room is held until then.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The outcome carries it to whoever tells users.")]
    private async Task<EvictionOutcome> TryEvictAsync(EvictionRequest request, LeaderTerm leading)
    {
        try
        {
            return await EvictAsync(request, leading).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return new EvictionOutcome(0, 0, false, e.Message);
        }
    }

    private async Task<EvictionOutcome> EvictAsync(EvictionRequest request, LeaderTerm leading)
    {
        bool[] passes = request.BeyondBudgets ? [false] : [true, false];
        foreach (bool isDryRun in passes)
        {
            for (int i = 0; i < request.Targets.Length; i++)
            {
                EvictionTarget target = request.Targets[i];
                (Answer answer, string message) = await TryAsync(() => PostAsync(target, isDryRun, leading.Ended), leading).ConfigureAwait(false);
                if (answer == Answer.Protected && request.BeyondBudgets)
                {
                    (answer, message) = await TryAsync(() => DeleteAsync(target, request.SchedulerName, leading.Ended), leading).ConfigureAwait(false);
                }

                if (answer != Answer.Goes)
                {
                    return new EvictionOutcome(i, isDryRun ? 0 : i, answer == Answer.Protected, message);
                }
            }
        }

        return EvictionOutcome.Done;
    }

    private async Task<(Answer Answer, string Message)> TryAsync(Func<Task<(Answer Answer, string Message, TimeSpan? RetryAfter)>> send, LeaderTerm leading)
    {
        string message = "";
        for (int attempt = 0; attempt < MaxTries && leading.IsValid; attempt++)
        {
            (Answer answer, message, TimeSpan? retryAfter) = await send().ConfigureAwait(false);
            if (answer is not (Answer.Unclear or Answer.OtherVersion))
            {
                return (answer, message);
            }

            await RetryDelay.WaitAsync(attempt, answer == Answer.OtherVersion ? TimeSpan.Zero : retryAfter, LongestWait, 0, time, leading.Ended).ConfigureAwait(false);
        }

        return (Answer.Unclear, leading.IsValid ? message : NotLeading().Message);
    }

    private Task<(Answer Answer, string Message, TimeSpan? RetryAfter)> PostAsync(EvictionTarget target, bool isDryRun, CancellationToken cancellation) => SendAsync(
        () => new HttpRequestMessage(HttpMethod.Post, $"{PathOf(target)}/eviction{(isDryRun ? "?dryRun=All" : "")}")
        {
            Content = JsonBody.Of("application/json", json =>
            {
                json.WriteString("apiVersion", _apiVersion);
                json.WriteString("kind", "Eviction");
                json.WriteStartObject("metadata");
                json.WriteString("name", target.Name);
                json.WriteString("namespace", target.Namespace);
                json.WriteEndObject();
                json.WriteStartObject("deleteOptions");
                WritePreconditions(json, target);
                json.WriteEndObject();
            }),
        },
        cancellation);

    /// <summary>As kube-scheduler preempts: the condition that says why, then the deletion.</summary>
    private async Task<(Answer Answer, string Message, TimeSpan? RetryAfter)> DeleteAsync(EvictionTarget target, string schedulerName, CancellationToken cancellation)
    {
        (Answer Answer, string Message, TimeSpan? RetryAfter) condition = await SendAsync(
            () => new HttpRequestMessage(HttpMethod.Patch, PathOf(target) + "/status")
            {
                Content = JsonBody.Of("application/strategic-merge-patch+json", json => WriteCondition(json, target, schedulerName)),
            },
            cancellation).ConfigureAwait(false);
        return condition.Answer != Answer.Goes ? condition : await SendAsync(
            () => new HttpRequestMessage(HttpMethod.Delete, PathOf(target))
            {
                Content = JsonBody.Of("application/json", json => WritePreconditions(json, target)),
            },
            cancellation).ConfigureAwait(false);
    }

    private async Task<(Answer Answer, string Message, TimeSpan? RetryAfter)> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        try
        {
            using HttpRequestMessage request = make();
            using HttpResponseMessage response = await RequestLimit.RunAsync(
                RequestLimit.Short, time, limited => http.SendAsync(request, limited), cancellation).ConfigureAwait(false);
            string text = response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            return (Judge(response.StatusCode, text), text.Length == 0 ? "" : await ApiFailure.MessageAsync(response).ConfigureAwait(false), ApiFailure.RetryAfter(response, time));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return (Answer.Unclear, e.Message, null);
        }
    }

    private Answer Judge(HttpStatusCode code, string text)
    {
        switch ((int)code)
        {
            case >= 200 and < 300:
            // Gone, or another pod of its name is there now.
            case 404:
            case 409 when text.Contains("Precondition failed: UID", StringComparison.Ordinal):
                return Answer.Goes;
            case 429 when HasBudgetCause(text):
            // Two budgets cover it: the API server never evicts such a pod.
            case 500 when text.Contains("more than one PodDisruptionBudget", StringComparison.Ordinal):
                return Answer.Protected;
            case 400 or 404 or 415 or 422 or 500 when _apiVersion == Current && text.Contains("no kind", StringComparison.Ordinal) && text.Contains(Current, StringComparison.Ordinal):
                _apiVersion = Older;
                return Answer.OtherVersion;
            case 401 or 408 or 409 or 429 or >= 500:
                return Answer.Unclear;
            default:
                return Answer.Refused;
        }
    }

    /// <summary>Other answers of this code say that the server is busy.</summary>
    private static bool HasBudgetCause(string text)
    {
        try
        {
            using JsonDocument status = JsonDocument.Parse(text);
            return status.RootElement.TryGetProperty("details", out JsonElement details) && details.TryGetProperty("causes", out JsonElement causes)
                && causes.EnumerateArray().Any(c => c.TryGetProperty("reason", out JsonElement reason) && reason.ValueEquals("DisruptionBudget"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void WritePreconditions(Utf8JsonWriter json, EvictionTarget target)
    {
        json.WriteStartObject("preconditions");
        json.WriteString("uid", target.Uid);
        json.WriteEndObject();
    }

    private void WriteCondition(Utf8JsonWriter json, EvictionTarget target, string schedulerName)
    {
        json.WriteStartObject("metadata");
        json.WriteString("uid", target.Uid);
        json.WriteEndObject();
        json.WriteStartObject("status");
        json.WriteStartArray("conditions");
        json.WriteStartObject();
        json.WriteString("type", "DisruptionTarget");
        json.WriteString("status", "True");
        json.WriteString("reason", "PreemptionByScheduler");
        json.WriteString("message", $"{schedulerName}: preempting to accommodate a higher priority pod");
        json.WriteString("lastTransitionTime", ApiTime.Seconds(time.GetUtcNow()));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string PathOf(EvictionTarget target) =>
        $"api/v1/namespaces/{Uri.EscapeDataString(target.Namespace)}/pods/{Uri.EscapeDataString(target.Name)}";
}
