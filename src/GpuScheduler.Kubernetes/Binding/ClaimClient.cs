using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;
using static GpuScheduler.Kubernetes.ObjectRequests;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Allocates the claims of a pod and reserves them for it before it is bound, and takes that back where it is not. Each write holds only for the very state of the claim
/// that was read (resource version), so that of two schedulers one is told. docs/binding.md has the table.
/// </summary>
/// <param name="http">The API server.</param>
/// <param name="version">The version of <c>resource.k8s.io</c> that it has.</param>
/// <param name="written">Told of each claim as a write left it, or an earlier one had.</param>
/// <param name="time">The clock.</param>
/// <param name="jitter">From 0 to 1.</param>
internal sealed class ClaimClient(HttpClient http, Func<string> version, Action<ResourceClaim> written, TimeProvider time, Func<double> jitter)
{
    private const int MaxTries = 6;

    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);

    /// <summary>No API server works on a request for longer than this (its own default limit).</summary>
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(60);

    private readonly ObjectRequests _api = new(http, time);

    /// <summary>Allocates and reserves all claims of the request's pod.</summary>
    /// <returns>Null: they are its own. Otherwise what became of the bind, of which nothing was sent.</returns>
    public async Task<BindOutcome?> ReserveAsync(BindRequest request, LeaderTerm term)
    {
        foreach (ClaimBinding claim in request.Claims)
        {
            if (await ReserveAsync(request, claim, term).ConfigureAwait(false) is { } failed)
            {
                return failed;
            }
        }

        return null;
    }

    /// <summary>Takes back what <see cref="ReserveAsync(BindRequest, LeaderTerm)"/> wrote: the pod was not bound.</summary>
    /// <returns>False where nobody knows: the claims may be the pod's still. Then, as after the end of the term, the pod may only go to the same node.</returns>
    public async Task<bool> ReleaseAsync(BindRequest request, LeaderTerm term)
    {
        bool isDone = true;
        foreach (ClaimBinding claim in request.Claims)
        {
            isDone &= await ReleaseAsync(request, claim, term).ConfigureAwait(false);
        }

        return isDone;
    }

    /// <summary>
    /// Deallocates a claim, if it is still as it is known, and used by no other pod than this. Once: where it fails, the pod's next attempt asks again. Where nobody knows, it
    /// ends only when the request cannot be carried out any more.
    /// </summary>
    public async Task DeallocateAsync(Pod pod, ResourceClaim claim, LeaderTerm term)
    {
        BindRequest request = new(pod.Namespace, pod.Name, pod.Uid, "", DeviceSet.Empty);
        ClaimBinding binding = new(claim.Name, claim.Uid, [], []);
        (_, JsonObject? read, _) = await _api.GetAsync(PathOf(request, binding)).ConfigureAwait(false);
        if (read is null || Text(read, "metadata", "uid") != claim.Uid || ConsumersOf(read).Any(c => Text(c, "uid") != pod.Uid) || !term.IsValid)
        {
            return;
        }

        JsonObject changed = new() { ["allocation"] = null, ["reservedFor"] = null };
        if (IsLost((await PatchStatusAsync(request, binding, read, changed).ConfigureAwait(false)).Status))
        {
            await Task.Delay(LongestRequest, time, term.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<BindOutcome?> ReserveAsync(BindRequest request, ClaimBinding claim, LeaderTerm term)
    {
        string name = $"ResourceClaim {request.Namespace}/{claim.Name}";
        bool mayBeWritten = false;
        string lastError = "";
        for (int attempt = 0; attempt < MaxTries && term.IsValid; attempt++)
        {
            (HttpStatusCode status, JsonObject? read, string message) = await _api.GetAsync(PathOf(request, claim)).ConfigureAwait(false);
            lastError = message;
            if (status == HttpStatusCode.NotFound || (read is not null && Text(read, "metadata", "uid") != claim.Uid))
            {
                return new BindOutcome(BindOutcomeKind.Retry, $"{name} is gone");
            }

            if (read is not null)
            {
                if (Objection(request, claim, read) is { } objection)
                {
                    return new BindOutcome(BindOutcomeKind.Retry, $"{name} {objection}");
                }

                if (ConsumersOf(read).Any(c => Text(c, "uid") == request.Uid))
                {
                    Tell(read);
                    return null;
                }

                (status, message) = await WriteAsync(request, claim, read).ConfigureAwait(false);
                lastError = message;
                if (status == HttpStatusCode.OK)
                {
                    return null;
                }

                mayBeWritten |= IsLost(status);
            }

            if (!IsPassing(status))
            {
                return new BindOutcome(BindOutcomeKind.Rejected, $"{name}: {message}");
            }

            await WaitAsync(attempt, term.Ended).ConfigureAwait(false);
        }

        return new BindOutcome(mayBeWritten ? BindOutcomeKind.Unknown : term.IsValid ? BindOutcomeKind.Retry : BindOutcomeKind.Cancelled, $"{name}: {lastError}");
    }

    /// <summary>Why the claim, as it is now, cannot be the pod's as it was decided; null: it can.</summary>
    private static string? Objection(BindRequest request, ClaimBinding claim, JsonObject read)
    {
        if (read["metadata"]?["deletionTimestamp"] is not null)
        {
            return "is being deleted";
        }

        if (read["status"]?["allocation"] is not JsonObject allocation)
        {
            return claim.Devices.IsEmpty ? "is not allocated any more" : null;
        }

        HashSet<AllocatedDevice> devices =
        [
            .. ((allocation["devices"]?["results"] as JsonArray) ?? []).OfType<JsonObject>()
                .Select(r => new AllocatedDevice(Text(r, "request"), new DeviceId(Text(r, "driver"), Text(r, "pool"), Text(r, "device")))),
        ];
        return !claim.Devices.IsEmpty && !devices.SetEquals(claim.Devices) ? $"was allocated otherwise meanwhile ({string.Join(", ", devices.Select(d => d.Id))})"
            : ConsumersOf(read).Length >= ClaimApi.MaxReserved && ConsumersOf(read).All(c => Text(c, "uid") != request.Uid) ? $"is reserved for {ClaimApi.MaxReserved} pods, the most there can be"
            : null;
    }

    /// <summary>The finalizer first, as it keeps the claim from being removed while it is allocated; then allocation and reservation in one.</summary>
    private async Task<(HttpStatusCode Status, string Message)> WriteAsync(BindRequest request, ClaimBinding claim, JsonObject read)
    {
        JsonArray finalizers = (read["metadata"]!["finalizers"] as JsonArray)?.DeepClone().AsArray() ?? [];
        bool isAllocated = read["status"]?["allocation"] is not null;
        if (!isAllocated && !finalizers.Any(f => (string?)f == ClaimApi.Finalizer))
        {
            finalizers.Add(ClaimApi.Finalizer);
            JsonObject metadata = Precondition(read);
            metadata["finalizers"] = finalizers;
            (HttpStatusCode status, JsonObject? marked, string message) = await _api.PatchAsync(
                PathOf(request, claim), new JsonObject { ["metadata"] = metadata }).ConfigureAwait(false);
            if (marked is null)
            {
                return (status, message);
            }

            read = marked;
        }

        JsonArray consumers = [.. ConsumersOf(read).Select(c => c.DeepClone()), new JsonObject { ["resource"] = "pods", ["name"] = request.Name, ["uid"] = request.Uid }];
        JsonObject changed = new() { ["reservedFor"] = consumers };
        if (!isAllocated)
        {
            changed["allocation"] = ClaimAllocationBody.Of(request, claim, read);
        }

        return await PatchStatusAsync(request, claim, read, changed).ConfigureAwait(false);
    }

    private async Task<bool> ReleaseAsync(BindRequest request, ClaimBinding claim, LeaderTerm term)
    {
        for (int attempt = 0; attempt < MaxTries && term.IsValid; attempt++)
        {
            (HttpStatusCode status, JsonObject? read, _) = await _api.GetAsync(PathOf(request, claim)).ConfigureAwait(false);
            if (status == HttpStatusCode.NotFound || (read is not null && Text(read, "metadata", "uid") != claim.Uid))
            {
                return true;
            }

            if (read is not null)
            {
                JsonObject[] consumers = ConsumersOf(read);
                JsonObject[] others = [.. consumers.Where(c => Text(c, "uid") != request.Uid)];
                if (others.Length == consumers.Length)
                {
                    Tell(read);
                    return true;
                }

                JsonObject changed = new() { ["reservedFor"] = others.Length == 0 ? null : new JsonArray([.. others.Select(c => c.DeepClone())]) };
                if (others.Length == 0 && !claim.Devices.IsEmpty)
                {
                    changed["allocation"] = null;
                }

                if ((await PatchStatusAsync(request, claim, read, changed).ConfigureAwait(false)).Status == HttpStatusCode.OK)
                {
                    return true;
                }
            }

            await WaitAsync(attempt, term.Ended).ConfigureAwait(false);
        }

        return false;
    }

    private async Task<(HttpStatusCode Status, string Message)> PatchStatusAsync(BindRequest request, ClaimBinding claim, JsonObject read, JsonObject changed)
    {
        JsonObject patch = new() { ["metadata"] = Precondition(read), ["status"] = changed };
        (HttpStatusCode status, JsonObject? now, string message) = await _api.PatchAsync(PathOf(request, claim) + "/status", patch).ConfigureAwait(false);
        if (now is not null)
        {
            Tell(now);
        }

        return (status, message);
    }

    private void Tell(JsonObject claim)
    {
        if (ApiObjectReader.ReadClaim(JsonObjects.Parse("resourceclaims", Encoding.UTF8.GetBytes(claim.ToJsonString()))) is { } read)
        {
            written(read);
        }
    }

    private static JsonObject[] ConsumersOf(JsonObject read) => [.. ((read["status"]?["reservedFor"] as JsonArray) ?? []).OfType<JsonObject>()];

    private string PathOf(BindRequest request, ClaimBinding claim) =>
        $"apis/{ClaimApi.Group}/{version()}/namespaces/{Uri.EscapeDataString(request.Namespace)}/resourceclaims/{Uri.EscapeDataString(claim.Name)}";

    private Task WaitAsync(int attempt, CancellationToken cancellation) => RetryDelay.WaitAsync(attempt, null, LongestBackoff, jitter(), time, cancellation);
}
