using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Has the claims of a pod bound before the pod is: writes which volume is for which claim, or for which node one is to be made, and waits until the volume controller has
/// bound them. Each write holds only for the very state that was read. docs/binding.md has the table.
/// </summary>
/// <param name="http">The API server.</param>
/// <param name="news">Tells when the watch shows a claim anew.</param>
/// <param name="volumeWritten">Told of each volume as a write left it.</param>
/// <param name="claimWritten">Told of each claim as a write left it.</param>
/// <param name="time">The clock.</param>
/// <param name="jitter">From 0 to 1.</param>
internal sealed class VolumeClient(
    HttpClient http, VolumeNews news, Action<PersistentVolume> volumeWritten, Action<PersistentVolumeClaim> claimWritten, TimeProvider time, Func<double> jitter)
{
    private const int MaxTries = 6;

    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);

    /// <summary>A claim is read so often though the watch shows no news of it: a watch may be late.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private readonly ObjectRequests _api = new(http, time);

    /// <summary>Has all claims of the request's pod bound.</summary>
    /// <param name="request">The pod.</param>
    /// <param name="node">Its node.</param>
    /// <param name="term">The leader's term: nothing is sent after it.</param>
    /// <returns>Null: they are bound. Otherwise what became of the bind, of which nothing was sent.</returns>
    public async Task<BindOutcome?> BindAsync(BindRequest request, Node node, LeaderTerm term)
    {
        long began = time.GetTimestamp();
        foreach (ClaimVolume claim in request.Volumes)
        {
            if (await WriteAsync(request, claim, term).ConfigureAwait(false) is { } failed)
            {
                return failed;
            }
        }

        foreach (ClaimVolume claim in request.Volumes)
        {
            if (await WaitAsync(request, claim, node, began, term).ConfigureAwait(false) is { } failed)
            {
                return failed;
            }
        }

        return null;
    }

    /// <summary>Takes back what <see cref="BindAsync"/> wrote and nobody has acted on: the pod was not bound. Where that fails the pod's next attempt finds it so.</summary>
    public async Task ReleaseAsync(BindRequest request, LeaderTerm term)
    {
        foreach (ClaimVolume claim in request.Volumes)
        {
            for (int attempt = 0; attempt < MaxTries && term.IsValid; attempt++)
            {
                (HttpStatusCode status, JsonObject? read, _) = await _api.GetAsync(PathOf(request, claim)).ConfigureAwait(false);
                if (read is not null)
                {
                    if (Release(request, claim, read) is not { } patch)
                    {
                        break;
                    }

                    (status, JsonObject? now, _) = await _api.PatchAsync(PathOf(request, claim), patch).ConfigureAwait(false);
                    Tell(claim, now);
                }

                if (!ObjectRequests.IsPassing(status))
                {
                    break;
                }

                await RetryDelay.WaitAsync(attempt, null, LongestBackoff, jitter(), time, term.Ended).ConfigureAwait(false);
            }
        }
    }

    private async Task<BindOutcome?> WriteAsync(BindRequest request, ClaimVolume claim, LeaderTerm term)
    {
        string lastError = "", uid = claim.IsMade ? claim.ClaimUid : claim.VolumeUid;
        for (int attempt = 0; attempt < MaxTries && term.IsValid; attempt++)
        {
            (HttpStatusCode status, JsonObject? read, string message) = await _api.GetAsync(PathOf(request, claim)).ConfigureAwait(false);
            lastError = message;
            if (status == HttpStatusCode.NotFound || (read is not null && ObjectRequests.Text(read, "metadata", "uid") != uid))
            {
                return Failed($"{NameOf(request, claim)} is gone");
            }

            if (read is not null)
            {
                JsonObject? patch = claim.IsMade ? MakeFor(request, read, out string? objection) : BindTo(request, claim, read, out objection);
                if (objection is not null)
                {
                    return Failed($"{NameOf(request, claim)} {objection}");
                }

                if (patch is null)
                {
                    Tell(claim, read);
                    return null;
                }

                (status, JsonObject? now, message) = await _api.PatchAsync(PathOf(request, claim), patch).ConfigureAwait(false);
                lastError = message;
                if (now is not null)
                {
                    Tell(claim, now);
                    return null;
                }
            }

            if (!ObjectRequests.IsPassing(status))
            {
                return new BindOutcome(BindOutcomeKind.Rejected, $"{NameOf(request, claim)}: {message}");
            }

            await RetryDelay.WaitAsync(attempt, null, LongestBackoff, jitter(), time, term.Ended).ConfigureAwait(false);
        }

        return term.IsValid ? new BindOutcome(BindOutcomeKind.Retry, $"{NameOf(request, claim)}: {lastError}") : Cancelled();
    }

    /// <summary>Waits until the claim is bound.</summary>
    private async Task<BindOutcome?> WaitAsync(BindRequest request, ClaimVolume claim, Node node, long began, LeaderTerm term)
    {
        ObjectKey key = new(request.Namespace, claim.Claim);
        while (term.IsValid && !request.IsTakenBack)
        {
            // Asked for before the claim is read: what happens in between is news.
            Task next = news.NextAsync(key);
            (bool isBound, string? objection) = await LookAsync(request, claim, node).ConfigureAwait(false);
            if (objection is not null)
            {
                return Failed(objection);
            }

            if (isBound)
            {
                return null;
            }

            TimeSpan left = request.VolumeTimeout - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                return Failed(string.Create(
                    CultureInfo.InvariantCulture,
                    $"PersistentVolumeClaim {key} was not bound within {request.VolumeTimeout.TotalSeconds:0} s (bindTimeoutSeconds); {(claim.IsMade ? "its provisioner made no volume" : $"nobody bound PersistentVolume {claim.Volume} to it")}"));
            }

            Task either = Task.WhenAny(next, request.TakenBack);
            await either.WaitAsync(left < LongestSilence ? left : LongestSilence, time, term.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return Cancelled();
    }

    /// <summary>Whether the claim is bound now; or why it will not be, as was decided.</summary>
    private async Task<(bool IsBound, string? Objection)> LookAsync(BindRequest request, ClaimVolume decided, Node node)
    {
        (HttpStatusCode status, JsonObject? body, _) = await _api.GetAsync(PathOfClaim(request, decided)).ConfigureAwait(false);
        string name = $"PersistentVolumeClaim {request.Namespace}/{decided.Claim}";
        if (status == HttpStatusCode.NotFound)
        {
            return (false, $"{name} is gone");
        }

        if (body is null || ApiObjectReader.ReadVolumeClaim(Parse("persistentvolumeclaims", body)) is not { } claim)
        {
            return default;
        }

        claimWritten(claim);
        if (claim.Uid != decided.ClaimUid || claim.IsDeleting)
        {
            return (false, $"{name} is {(claim.IsDeleting ? "being deleted" : "gone")}");
        }

        if (!claim.IsBound)
        {
            return (false, claim.Volume.Length > 0 ? null : decided.IsMade ? WhyNotMade(claim, request.Node) : await WhyNotForAsync(decided).ConfigureAwait(false));
        }

        return claim.Volume == decided.Volume ? (true, null) : await LookAtVolumeAsync(claim, node).ConfigureAwait(false);
    }

    /// <summary>A provisioner that cannot make a volume there takes the node off the claim.</summary>
    private static string? WhyNotMade(PersistentVolumeClaim claim, string node) =>
        claim.SelectedNode == node ? null
        : claim.SelectedNode.Length == 0 ? $"selectedNode annotation not set for PVC \"{claim.Name}\" any more: no volume can be made for it on node {node}"
        : $"selectedNode annotation value \"{claim.SelectedNode}\" of PVC \"{claim.Name}\" is not the scheduled node \"{node}\"";

    private async Task<string?> WhyNotForAsync(ClaimVolume decided)
    {
        (HttpStatusCode status, JsonObject? body, _) = await _api.GetAsync(PathOfVolume(decided.Volume)).ConfigureAwait(false);
        return status == HttpStatusCode.NotFound ? $"PersistentVolume {decided.Volume} is gone"
            : body is not null && ObjectRequests.Text(body, "spec", "claimRef", "uid") != decided.ClaimUid ? $"ClaimRef got reset for pv \"{decided.Volume}\""
            : null;
    }

    /// <summary>It is bound to a volume that was made for it, or that somebody else chose: the node must reach it.</summary>
    private async Task<(bool IsBound, string? Objection)> LookAtVolumeAsync(PersistentVolumeClaim claim, Node node)
    {
        (HttpStatusCode status, JsonObject? body, _) = await _api.GetAsync(PathOfVolume(claim.Volume)).ConfigureAwait(false);
        if (status == HttpStatusCode.NotFound)
        {
            return (false, $"{claim} is bound to PersistentVolume {claim.Volume}, which is gone");
        }

        if (body is null || ApiObjectReader.ReadVolume(Parse("persistentvolumes", body)) is not { } volume)
        {
            return default;
        }

        volumeWritten(volume);
        return volume.IsReachableFrom(node) ? (true, null) : (false, $"pv \"{volume.Name}\" node affinity doesn't match node \"{node.Name}\"");
    }

    /// <summary>What makes the volume the claim's; null: it is.</summary>
    private static JsonObject? BindTo(BindRequest request, ClaimVolume claim, JsonObject read, out string? objection)
    {
        objection = read["metadata"]?["deletionTimestamp"] is not null ? "is being deleted" : null;
        JsonObject? known = read["spec"]?["claimRef"] as JsonObject;
        string uid = known is null ? "" : ObjectRequests.Text(known, "uid");
        if (known is not null
            && (ObjectRequests.Text(known, "namespace") != request.Namespace || ObjectRequests.Text(known, "name") != claim.Claim || (uid.Length > 0 && uid != claim.ClaimUid)))
        {
            objection ??= $"is for PersistentVolumeClaim {ObjectRequests.Text(known, "namespace")}/{ObjectRequests.Text(known, "name")} meanwhile";
        }

        if (objection is not null || (known is not null && uid == claim.ClaimUid))
        {
            return null;
        }

        JsonObject metadata = ObjectRequests.Precondition(read);
        if (known is null)
        {
            metadata["annotations"] = new JsonObject { [VolumeKeys.BoundByController] = "yes" };
        }

        JsonObject claimRef = new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "PersistentVolumeClaim",
            ["namespace"] = request.Namespace,
            ["name"] = claim.Claim,
            ["uid"] = claim.ClaimUid,
        };
        return new JsonObject { ["metadata"] = metadata, ["spec"] = new JsonObject { ["claimRef"] = claimRef } };
    }

    /// <summary>What has a volume made for the claim; null: it is being made, or was.</summary>
    private static JsonObject? MakeFor(BindRequest request, JsonObject read, out string? objection)
    {
        string node = ObjectRequests.Text(read, "metadata", "annotations", VolumeKeys.SelectedNode);
        bool isBound = ObjectRequests.Text(read, "spec", "volumeName").Length > 0;
        objection = read["metadata"]?["deletionTimestamp"] is not null ? "is being deleted"
            : node.Length > 0 && node != request.Node && !isBound ? $"is to get a volume for node {node}"
            : null;
        if (objection is not null || node == request.Node || isBound)
        {
            return null;
        }

        JsonObject metadata = ObjectRequests.Precondition(read);
        metadata["annotations"] = new JsonObject { [VolumeKeys.SelectedNode] = request.Node };
        return new JsonObject { ["metadata"] = metadata };
    }

    /// <summary>What undoes either; null: there is nothing to undo, or the volume controller has acted on it already.</summary>
    private static JsonObject? Release(BindRequest request, ClaimVolume claim, JsonObject read)
    {
        JsonObject metadata = ObjectRequests.Precondition(read);
        if (claim.IsMade)
        {
            metadata["annotations"] = new JsonObject { [VolumeKeys.SelectedNode] = null };
            return ObjectRequests.Text(read, "metadata", "uid") == claim.ClaimUid && ObjectRequests.Text(read, "spec", "volumeName").Length == 0
                && ObjectRequests.Text(read, "metadata", "annotations", VolumeKeys.SelectedNode) == request.Node
                ? new JsonObject { ["metadata"] = metadata }
                : null;
        }

        // What a person has promised to the claim stays promised.
        metadata["annotations"] = new JsonObject { [VolumeKeys.BoundByController] = null };
        return ObjectRequests.Text(read, "metadata", "uid") == claim.VolumeUid && ObjectRequests.Text(read, "spec", "claimRef", "uid") == claim.ClaimUid
            && ObjectRequests.Text(read, "metadata", "annotations", VolumeKeys.BoundByController).Length > 0 && ObjectRequests.Text(read, "status", "phase") != VolumeKeys.Bound
            ? new JsonObject { ["metadata"] = metadata, ["spec"] = new JsonObject { ["claimRef"] = null } }
            : null;
    }

    private void Tell(ClaimVolume claim, JsonObject? now)
    {
        if (now is null)
        {
            return;
        }

        if (claim.IsMade)
        {
            if (ApiObjectReader.ReadVolumeClaim(Parse("persistentvolumeclaims", now)) is { } read)
            {
                claimWritten(read);
            }
        }
        else if (ApiObjectReader.ReadVolume(Parse("persistentvolumes", now)) is { } volume)
        {
            volumeWritten(volume);
        }
    }

    private static MapNode Parse(string resource, JsonObject body) => JsonObjects.Parse(resource, Encoding.UTF8.GetBytes(body.ToJsonString()));

    private static BindOutcome Failed(string why) => new(BindOutcomeKind.VolumesNotBound, $"binding volumes: {why}");

    private static BindOutcome Cancelled() => new(BindOutcomeKind.Cancelled, "this replica does not lead any more");

    private static string NameOf(BindRequest request, ClaimVolume claim) => claim.IsMade ? $"PersistentVolumeClaim {request.Namespace}/{claim.Claim}" : $"PersistentVolume {claim.Volume}";

    private static string PathOf(BindRequest request, ClaimVolume claim) => claim.IsMade ? PathOfClaim(request, claim) : PathOfVolume(claim.Volume);

    private static string PathOfClaim(BindRequest request, ClaimVolume claim) =>
        $"api/v1/namespaces/{Uri.EscapeDataString(request.Namespace)}/persistentvolumeclaims/{Uri.EscapeDataString(claim.Claim)}";

    private static string PathOfVolume(string name) => $"api/v1/persistentvolumes/{Uri.EscapeDataString(name)}";
}
