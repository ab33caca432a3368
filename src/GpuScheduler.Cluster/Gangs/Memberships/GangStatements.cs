namespace GpuScheduler.Cluster;

/// <summary>What a pod says about its gang, gathered from all dialects before it is judged.</summary>
internal sealed class GangStatements(GangSource pod, ICollection<GangMembershipError> errors)
{
    private readonly List<Claim> _claims = [];
    private GangRefinement? _refinement;
    private bool _failed;

    /// <summary>Notes that <paramref name="key"/> says the pod belongs to a gang.</summary>
    public void Member(GangAuthority authority, string key, GangMembership membership) => _claims.Add(new Claim(authority, key, membership));

    /// <summary>Notes what the pod says of a gang that something else names.</summary>
    public void Refine(GangRefinement refinement) => _refinement = refinement;

    public void Error(string key, string message) => Error([key], message);

    /// <summary>Reads a whole number of at least <paramref name="min"/>; null, and an error, where it is none.</summary>
    public int? Count(string key, string text, int min)
    {
        if (GangValues.TryCount(text, min, out int count))
        {
            return count;
        }

        Error(key, $"{key} \"{text}\" is not a number of pods: write a whole number of at least {min}");
        return null;
    }

    /// <summary>Reads an index, from 0; null, and an error, where it is none.</summary>
    public int? Index(string key, string text)
    {
        if (GangValues.TryCount(text, 0, out int index))
        {
            return index;
        }

        Error(key, $"{key} \"{text}\" is not an index: write a whole number of at least 0");
        return null;
    }

    /// <summary>The level that an annotation names; null where there is none, or it is empty, which is an error.</summary>
    public string? Level(string key)
    {
        if (!pod.Annotations.TryGetValue(key, out string? level))
        {
            return null;
        }

        if (level.Length > 0)
        {
            return level;
        }

        Error(key, $"{key} is empty: write a node label key such as topology.kubernetes.io/rack, or remove it");
        return null;
    }

    /// <summary>The membership that counts, null where the pod is in no gang; false, with errors added, where something is wrong.</summary>
    public bool TryResolve(out GangMembership? membership)
    {
        membership = null;
        Claim? winner = null;
        foreach (Claim claim in _claims)
        {
            if (winner is null || claim.Authority > winner.Authority)
            {
                winner = claim;
            }
            else if (claim.Authority == winner.Authority && claim.Authority != GangAuthority.Workload && claim.Membership.Gang != winner.Membership.Gang)
            {
                Error([winner.Key, claim.Key], $"{winner.Key} says that the pod belongs to {winner.Membership.Gang} and {claim.Key} to {claim.Membership.Gang}, "
                    + "and it can be in one of them only: remove the other");
            }
        }

        if (_refinement is { } refinement && winner?.Membership.Implied is null && !_failed)
        {
            Error([refinement.Key], winner is null
                ? $"{refinement.Key} says how the gang is placed but not which one: add {GangKeys.Gang}, or remove it"
                : $"{refinement.Key} has no effect, for {winner.Membership.Gang} says all of the gang: change that, and remove this");
        }

        if (_failed)
        {
            return false;
        }

        if (winner is not null)
        {
            membership = winner.Membership with
            {
                Rank = winner.Membership.Rank ?? _claims.Select(c => c.Membership.Rank).FirstOrDefault(r => r is not null) ?? RankOf(),
                Exclusive = _claims.Count == 1 ? winner.Membership.Exclusive : [.. _claims.SelectMany(c => c.Membership.Exclusive)],
            };
            if (_refinement is not null)
            {
                GangObject implied = membership.Implied!;
                membership = membership with { Implied = implied with { Group = _refinement.Apply(implied.Group) } };
            }
        }

        return true;
    }

    /// <summary>The pod's index in its Job or StatefulSet; null where it has none.</summary>
    private int? RankOf() =>
        GangValues.TryCount(pod.Labels.GetValueOrDefault(GangKeys.JobIndex) ?? pod.Labels.GetValueOrDefault(GangKeys.StatefulSetIndex), 0, out int rank) ? rank : null;

    private void Error(ReadOnlySpan<string> keys, string message)
    {
        _failed = true;
        errors.Add(new GangMembershipError([.. keys], message));
    }

    private sealed record Claim(GangAuthority Authority, string Key, GangMembership Membership);
}
