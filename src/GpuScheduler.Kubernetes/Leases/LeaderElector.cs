using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using GpuScheduler.Framework;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Leader election on a <c>coordination.k8s.io/v1</c> Lease, by client-go's rules: whoever holds the lease renews it; others take it once they have seen it
/// unchanged for its duration by their own clock, so that clocks need not agree. A term is valid for the renew deadline from when its last
/// successful renewal was <em>sent</em>, which is before anybody else may take over.
/// </summary>
internal sealed partial class LeaderElector(
    HttpClient http, LeaderElectionConfiguration options, string identity, TimeProvider time, Func<double> jitter, ILogger logger)
{
    private readonly string _collection = $"apis/coordination.k8s.io/v1/namespaces/{options.ResourceNamespace}/leases";

    /// <summary>The lease as the server last gave it; null: not seen yet.</summary>
    private JsonObject? _seen;

    /// <summary>When its present state was first seen, a timestamp of the clock.</summary>
    private long _seenAt;

    /// <summary>When the last successful renewal was sent.</summary>
    private long _renewed;

    /// <summary>Takes part until it is cancelled: <paramref name="onTerm"/> runs for each term, and is over before the next begins.</summary>
    public async Task RunAsync(Func<LeaderTerm, Task> onTerm, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (await TryHoldAsync(options.RenewDeadline, cancellation).ConfigureAwait(false))
            {
                LogLeading(identity);
                await LeadAsync(onTerm, cancellation).ConfigureAwait(false);
                LogFollowing(identity);
            }

            await PauseAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Gives the lease up, so that another replica need not wait for it to run out. Only once nothing is under way any more.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        if (_seen is not { } lease || HolderOf(lease) != identity)
        {
            return;
        }

        JsonObject released = (JsonObject)lease.DeepClone();
        JsonObject spec = released["spec"]!.AsObject();
        spec["holderIdentity"] = "";
        spec["leaseDurationSeconds"] = 1;
        spec["renewTime"] = Now();
        await PutAsync(released, cancellation).ConfigureAwait(false);
    }

    private async Task LeadAsync(Func<LeaderTerm, Task> onTerm, CancellationToken cancellation)
    {
        using CancellationTokenSource ended = new(Left(), time);
        LeaderTerm term = new(() => time.GetElapsedTime(Volatile.Read(ref _renewed)) < options.RenewDeadline, ended.Token);
        Task work = onTerm(term);
        while (term.IsValid && !cancellation.IsCancellationRequested && !work.IsCompleted)
        {
            await PauseAsync(cancellation).ConfigureAwait(false);
            TimeSpan left = Left();
            if (left == TimeSpan.Zero || cancellation.IsCancellationRequested)
            {
                break;
            }

            if (await TryHoldAsync(left, cancellation).ConfigureAwait(false))
            {
                ended.CancelAfter(Left());
            }
            else if (_seen is { } lease && HolderOf(lease) != identity)
            {
                LogTaken(HolderOf(lease));
                break;
            }
        }

        await ended.CancelAsync().ConfigureAwait(false);
        await work.ConfigureAwait(false);
    }

    /// <summary>What is left of the term, counted from when the last renewal was sent: its answer may have come late. Never negative.</summary>
    private TimeSpan Left()
    {
        TimeSpan left = options.RenewDeadline - time.GetElapsedTime(Volatile.Read(ref _renewed));
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Takes or renews the lease, if that is allowed.</summary>
    private async Task<bool> TryHoldAsync(TimeSpan limit, CancellationToken cancellation)
    {
        using CancellationTokenSource timeout = new(limit, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        long sent = time.GetTimestamp();
        try
        {
            bool holds = await TryHoldAsync(both.Token).ConfigureAwait(false);
            if (holds)
            {
                Volatile.Write(ref _renewed, sent);
            }

            return holds;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or JsonException or InvalidOperationException)
        {
            if (!cancellation.IsCancellationRequested)
            {
                LogFailed(_collection, options.ResourceName, e.Message);
            }

            return false;
        }
    }

    private async Task<bool> TryHoldAsync(CancellationToken cancellation)
    {
        using HttpResponseMessage found = await http.GetAsync($"{_collection}/{options.ResourceName}", cancellation).ConfigureAwait(false);
        if (found.StatusCode == HttpStatusCode.NotFound)
        {
            using HttpResponseMessage created = await http.PostAsJsonAsync(_collection, Held(NewLease(), isNew: true), cancellation).ConfigureAwait(false);
            return created.StatusCode != HttpStatusCode.Conflict && await SeeAsync(created, cancellation).ConfigureAwait(false);
        }

        await SeeAsync(found, cancellation).ConfigureAwait(false);
        JsonObject lease = _seen!;
        string holder = HolderOf(lease);
        bool isFree = holder.Length == 0 || time.GetElapsedTime(_seenAt) >= DurationOf(lease);
        return (holder == identity || isFree)
            && await PutAsync(Held((JsonObject)lease.DeepClone(), isNew: holder != identity), cancellation).ConfigureAwait(false);
    }

    private async Task<bool> PutAsync(JsonObject lease, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await http.PutAsJsonAsync($"{_collection}/{options.ResourceName}", lease, cancellation).ConfigureAwait(false);

        // Somebody was faster.
        return response.StatusCode != HttpStatusCode.Conflict && await SeeAsync(response, cancellation).ConfigureAwait(false);
    }

    private async Task<bool> SeeAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(await ApiFailure.MessageAsync(response).ConfigureAwait(false), null, response.StatusCode);
        }

        JsonObject lease = await response.Content.ReadFromJsonAsync<JsonObject>(cancellation).ConfigureAwait(false) ?? throw new JsonException("the Lease is empty");
        if (_seen is null || HolderOf(lease) != HolderOf(_seen) || TextOf(lease, "renewTime") != TextOf(_seen, "renewTime"))
        {
            _seenAt = time.GetTimestamp();
        }

        _seen = lease;
        return true;
    }

    private JsonObject NewLease() => new()
    {
        ["apiVersion"] = "coordination.k8s.io/v1",
        ["kind"] = "Lease",
        ["metadata"] = new JsonObject { ["name"] = options.ResourceName, ["namespace"] = options.ResourceNamespace },
    };

    private JsonObject Held(JsonObject lease, bool isNew)
    {
        if (lease["spec"] is not JsonObject spec)
        {
            lease["spec"] = spec = [];
        }

        if (isNew)
        {
            spec["leaseTransitions"] = lease["metadata"]?["resourceVersion"] is null ? 0 : (spec["leaseTransitions"]?.GetValue<int>() ?? 0) + 1;
            spec["acquireTime"] = Now();
        }

        spec["holderIdentity"] = identity;
        spec["leaseDurationSeconds"] = (int)Math.Ceiling(options.LeaseDuration.TotalSeconds);
        spec["renewTime"] = Now();
        return lease;
    }

    private async Task PauseAsync(CancellationToken cancellation) =>
        await Task.Delay(options.RetryPeriod * (1 + (0.2 * jitter())), time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private string Now() => ApiTime.Micro(time.GetUtcNow());

    private static string HolderOf(JsonObject lease) => TextOf(lease, "holderIdentity");

    private static string TextOf(JsonObject lease, string key) => lease["spec"]?[key] is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private TimeSpan DurationOf(JsonObject lease) =>
        lease["spec"]?["leaseDurationSeconds"] is JsonValue value && value.TryGetValue(out int seconds) ? TimeSpan.FromSeconds(seconds) : options.LeaseDuration;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Identity} leads")]
    private partial void LogLeading(string identity);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Identity} leads no more")]
    private partial void LogFollowing(string identity);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Holder} has taken the lease")]
    private partial void LogTaken(string holder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease {Collection}/{Name} could not be read or written: {Message}")]
    private partial void LogFailed(string collection, string name, string message);
}
