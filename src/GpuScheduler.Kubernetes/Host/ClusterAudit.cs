using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Compares the model with lists of what the API holds. A difference may be an event that is still on its way: only what the next audit
/// finds unchanged is drift. Engine's thread.
/// </summary>
internal sealed class ClusterAudit(ClusterMirror mirror, ClusterWriter cluster, TimeProvider time)
{
    /// <summary>No API server works on a request for longer than this (its own default limit).</summary>
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(60);

    /// <summary>What the last comparison found, with the version that the model had then.</summary>
    private Dictionary<(string Id, DriftKind Kind), string> _suspects = [];

    /// <summary>
    /// A listing is about to be fetched: what is deleted from here on is not missed when the listing has it. Gives the pods known by now by their UIDs: of what the
    /// listing has the same of, nobody needs a second copy.
    /// </summary>
    public Dictionary<string, PodObject> Begin()
    {
        mirror.NoteRemovals();
        return mirror.Pods.ToDictionary(r => r.Latest.Pod.Uid, r => r.Latest);
    }

    /// <summary>Takes in everything that the listing has and the model has not seen yet: before decisions are made on a view that may lag.</summary>
    public void CatchUp(ClusterListing listing)
    {
        IReadOnlySet<string> removed = mirror.TakeRemovals();
        foreach (NodeObject node in listing.Nodes.Where(n => !removed.Contains(n.Node.Name)))
        {
            mirror.SetNode(node);
        }

        TakeClaims(listing, removed);
        mirror.SettleNodes();
        foreach (PodObject pod in listing.Pods.Where(p => !removed.Contains(p.Pod.Uid)))
        {
            mirror.SetPod(pod);
            Resolve(pod);
        }
    }

    /// <summary>Finds drift and mends it.</summary>
    public IReadOnlyList<Drift> Compare(ClusterListing listing)
    {
        IReadOnlySet<string> removed = mirror.TakeRemovals();
        Dictionary<(string Id, DriftKind Kind), string> found = [];
        List<Drift> drifts = [];
        TakeClaims(listing, removed);
        CompareClaims(listing, found, drifts);
        ComparePods(listing, removed, found, drifts);
        CompareNodes(listing, removed, found, drifts);
        CheckPlacements(drifts);
        CheckColumns(drifts);
        _suspects = found;
        return drifts;
    }

    private void ComparePods(ClusterListing listing, IReadOnlySet<string> removed, Dictionary<(string Id, DriftKind Kind), string> found, List<Drift> drifts)
    {
        HashSet<string> listed = [];
        foreach (PodObject pod in listing.Pods)
        {
            string uid = pod.Pod.Uid;
            listed.Add(uid);
            PodRecord? record = mirror.Find(uid);
            string known = record?.Latest.ResourceVersion ?? "";
            DriftKind kind = record is null ? DriftKind.Missing : DriftKind.Stale;
            if ((record is null && !removed.Contains(uid)) || (record is not null && ResourceVersions.IsOlder(known, pod.ResourceVersion)))
            {
                if (Suspect(uid, kind, known, found))
                {
                    mirror.SetPod(pod);
                    drifts.Add(new Drift(kind, $"pod {pod}", $"the API has it at resource version {pod.ResourceVersion}, the watch showed {(known.Length == 0 ? "nothing" : known)}"));
                }
            }
            else
            {
                Resolve(pod);
            }
        }

        foreach (PodRecord record in mirror.Pods.ToArray())
        {
            string uid = record.Latest.Pod.Uid, known = record.Latest.ResourceVersion;
            if (!listed.Contains(uid) && !ResourceVersions.IsOlder(listing.PodsVersion, known) && Suspect(uid, DriftKind.Extra, known, found))
            {
                mirror.RemovePod(uid);
                drifts.Add(new Drift(DriftKind.Extra, $"pod {record.Latest}", "the API has it no more, and the watch never said so"));
            }
        }
    }

    /// <summary>Ends the doubt about a bind that the list, younger than any request of ours could be, shows not to have happened.</summary>
    private void Resolve(PodObject pod)
    {
        if (pod.Pod.BoundNode.Length == 0 && mirror.Find(pod.Pod.Uid) is { IsUnresolved: true } record
            && time.GetElapsedTime(record.UnresolvedSince) > LongestRequest)
        {
            mirror.ResolveUnbound(record);
        }
    }

    private void CompareNodes(ClusterListing listing, IReadOnlySet<string> removed, Dictionary<(string Id, DriftKind Kind), string> found, List<Drift> drifts)
    {
        HashSet<string> listed = [];
        foreach (NodeObject node in listing.Nodes)
        {
            string name = node.Node.Name;
            listed.Add(name);
            NodeObject? before = mirror.FindNode(name);
            string known = before?.ResourceVersion ?? "";
            DriftKind kind = before is null ? DriftKind.Missing : DriftKind.Stale;
            bool differs = before is null ? !removed.Contains(name) : ResourceVersions.IsOlder(known, node.ResourceVersion);
            if (differs && Suspect(name, kind, known, found))
            {
                mirror.SetNode(node);
                drifts.Add(new Drift(kind, $"node {name}", $"the API has it at resource version {node.ResourceVersion}, the watch showed {(known.Length == 0 ? "nothing" : known)}"));
            }
        }

        foreach (NodeObject node in mirror.Nodes.ToArray())
        {
            string name = node.Node.Name;
            if (!listed.Contains(name) && !ResourceVersions.IsOlder(listing.NodesVersion, node.ResourceVersion) && Suspect(name, DriftKind.Extra, node.ResourceVersion, found))
            {
                mirror.RemoveNode(name);
                drifts.Add(new Drift(DriftKind.Extra, $"node {name}", "the API has it no more, and the watch never said so"));
            }
        }

        mirror.SettleNodes();
    }

    /// <summary>Takes in what the listing has of claims, at once: what is allocated must be known before anything is given back because a pod is not bound.</summary>
    private void TakeClaims(ClusterListing listing, IReadOnlySet<string> removed)
    {
        foreach (ResourceClaim claim in listing.Claims.Where(c => !removed.Contains(c.Uid)))
        {
            mirror.SetClaim(claim);
        }

        mirror.Claims.ForgetWrites(since => time.GetElapsedTime(since) > LongestRequest);
    }

    private void CompareClaims(ClusterListing listing, Dictionary<(string Id, DriftKind Kind), string> found, List<Drift> drifts)
    {
        HashSet<string> listed = [.. listing.Claims.Select(c => c.Uid)];
        foreach (ResourceClaim claim in mirror.Claims.All.Select(r => r.Latest).OfType<ResourceClaim>().Where(c => !listed.Contains(c.Uid)).ToArray())
        {
            if (listing.ClaimsVersion.Length > 0 && !ResourceVersions.IsOlder(listing.ClaimsVersion, claim.ResourceVersion) && Suspect(claim.Uid, DriftKind.Extra, claim.ResourceVersion, found))
            {
                mirror.RemoveClaim(claim);
                drifts.Add(new Drift(DriftKind.Extra, $"{claim}", "the API has it no more, and the watch never said so"));
            }
        }

        mirror.SettleClaims();
    }

    private void CheckPlacements(List<Drift> drifts)
    {
        (IReadOnlyList<PodRecord> misplaced, IReadOnlyList<(string Node, Pod Pod)> strays) = mirror.ComparePlacements();
        foreach ((string node, Pod pod) in strays)
        {
            mirror.RemoveStray(node, pod);
            drifts.Add(new Drift(DriftKind.Placement, $"pod {pod}", $"the snapshot had it on node {node}, where it is not"));
        }

        foreach (PodRecord record in misplaced)
        {
            mirror.PlaceAgain(record);
            drifts.Add(new Drift(DriftKind.Placement, $"pod {record.Latest}", $"it is on node {record.Node} and the snapshot did not have it there"));
        }
    }

    private void CheckColumns(List<Drift> drifts)
    {
        try
        {
            cluster.Working.AssertInvariants();
        }
        catch (InvalidOperationException e)
        {
            // What a column holds follows from nodes and placements: setting the nodes works it out anew.
            mirror.RebuildColumns();
            drifts.Add(new Drift(DriftKind.Columns, "snapshot", e.Message));
        }
    }

    /// <summary>True where the last audit found the same, and nothing has moved since.</summary>
    private bool Suspect(string id, DriftKind kind, string known, Dictionary<(string Id, DriftKind Kind), string> found)
    {
        if (_suspects.TryGetValue((id, kind), out string? before) && before == known)
        {
            return true;
        }

        found[(id, kind)] = known;
        return false;
    }
}
