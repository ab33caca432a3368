using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Reads which claims a pod has.</summary>
internal static class PodClaimReader
{
    public static ImmutableArray<PodClaim> Read(MapReader spec) =>
        [.. spec.Maps("resourceClaims").Select(c => new PodClaim(c.RequiredString("name"), c.String("resourceClaimName"), c.String("resourceClaimTemplateName")))];

    /// <summary>The same with what has been made of templates; what turned out to need no claim is left out.</summary>
    public static ImmutableArray<PodClaim> Made(ImmutableArray<PodClaim> claims, MapReader status)
    {
        if (claims.IsEmpty || !status.Has("resourceClaimStatuses"))
        {
            return claims;
        }

        Dictionary<string, string> made = status.Maps("resourceClaimStatuses").GroupBy(s => s.String("name")).ToDictionary(g => g.Key, g => g.First().String("resourceClaimName"));
        return
        [
            .. claims.Select(c => c.Claim.Length == 0 && made.TryGetValue(c.Name, out string? claim) ? c with { Claim = claim } : c)
                .Where(c => c.Claim.Length > 0 || !made.ContainsKey(c.Name)),
        ];
    }
}
