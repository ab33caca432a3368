using System.Text.Json.Nodes;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>An object that states a gang, as the API server has it.</summary>
/// <param name="Gang">What it states.</param>
/// <param name="Api">Its resource.</param>
/// <param name="Version">The version it was read in.</param>
/// <param name="ResourceVersion">Its state.</param>
/// <param name="Status">Its <c>status</c>, not to be changed; null where it has none.</param>
internal sealed record StatedGang(GangObject Gang, GangApi Api, string Version, string ResourceVersion, JsonObject? Status)
{
    /// <summary>The pool of nodes that KAI has it in.</summary>
    public string NodePool { get; init; } = "default";

    /// <summary>When KAI's scheduler, or whoever stands in for it, last started it (<see cref="ManifestKeys.KaiLastStart"/>); empty: never.</summary>
    public string LastStart { get; init; } = "";

    public string ApiVersion => $"{Api.Group}/{Version}";

    public override string ToString() => Gang.Key.ToString();
}
