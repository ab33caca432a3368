using GpuScheduler.Cluster;
using GpuScheduler.Manifests;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <content>Claims that keep a pod where it cannot go.</content>
internal sealed partial class SchedulingEngine
{
    /// <summary>Has the API server deallocate a claim that only this pod uses, or none, and ends once that has an answer; null: nobody does.</summary>
    public Func<Pod, ResourceClaim, Task>? FreeClaim { get; init; }

    /// <summary>
    /// A pod that fits nowhere because a claim of its own is allocated where there is no room for it any more is better tried without that allocation (as kube-scheduler's
    /// PostFilter does). What the API makes of it the watch shows.
    /// </summary>
    private void FreeClaims(PodRecord record, in AttemptResult result)
    {
        if (result.IsPlaced || result.FitError is null || result.Preemption is not null || FreeClaim is null)
        {
            return;
        }

        foreach (PodClaim entry in record.Model.Claims.Where(c => !c.IsHeld))
        {
            if (Mirror.Claims.Find(record.Model.Namespace, entry.Claim) is { Keeper: not null, Holder: null, Writing: null, IsFreeing: false } known
                && known.Latest is { IsDeleting: false, Allocation: not null } claim
                && claim.ReservedFor.All(uid => uid == record.Model.Uid) && Mirror.Claims.Resolver.Resolve([claim]).Problems.IsEmpty)
            {
                SetFreeing(known, true);
                _ = FreeAsync(record.Model, claim, known);
            }
        }
    }

    private async Task FreeAsync(Pod pod, ResourceClaim claim, ClaimRecord known)
    {
        await FreeClaim!(pod, claim).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Post(() => SetFreeing(known, false));
    }

    private void SetFreeing(ClaimRecord claim, bool isFreeing)
    {
        claim.IsFreeing = isFreeing;
        Mirror.Claims.Unsettled.Add(claim);
    }
}
