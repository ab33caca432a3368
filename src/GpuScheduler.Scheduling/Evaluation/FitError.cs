using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>Why a pod fits nowhere, and kube-scheduler's sentence for it, which autoscalers and dashboards parse.</summary>
/// <param name="NodeCount">How many nodes were considered.</param>
/// <param name="PreFilter">What PreFilter said, where that ended the attempt; otherwise success.</param>
/// <param name="Rejections">Reasons by node count; null where PreFilter ended the attempt.</param>
public sealed record FitError(int NodeCount, Status PreFilter, Rejections? Rejections)
{
    private const string NoNodes = "no nodes available to schedule pods";

    /// <summary>What PostFilter (preemption) added; empty for nothing.</summary>
    public string PostFilterMessage { get; init; } = "";

    /// <summary>Nodes where it would fit and that it is kept off.</summary>
    public ImmutableArray<WithheldNodes> Withheld { get; init; } = [];

    /// <summary>The plugins that rejected the pod.</summary>
    public IReadOnlyCollection<string> Plugins
    {
        get
        {
            IReadOnlyCollection<string> plugins = Rejections?.Plugins ?? (PreFilter.Plugin is { } plugin ? [plugin] : []);
            return Withheld.IsEmpty ? plugins : [.. plugins, .. Withheld.Select(w => w.Plugin).Distinct()];
        }
    }

    /// <summary>What stopped the pod on the nodes that came closest to fitting.</summary>
    public string ClosestReason => (!Withheld.IsEmpty ? Withheld[0].Reason : PreFilter.IsSuccess ? Rejections?.ClosestReason : PreFilter.Reason) ?? NoNodes;

    /// <summary>What the sentence is about, without its frame: how many nodes have which reason.</summary>
    public string Reasons => !PreFilter.IsSuccess ? PreFilter.Reason!
        : NodeCount == 0 ? NoNodes
        : string.Join(", ", Rejections!.Reasons.Concat(Withheld.Select(w => KeyValuePair.Create(w.Reason, w.Nodes)))
            .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Value} {r.Key}"))
            .Order(StringComparer.Ordinal));

    public string Message
    {
        get
        {
            if (NodeCount == 0 && PreFilter.IsSuccess)
            {
                return NoNodes;
            }

            string message = string.Create(CultureInfo.InvariantCulture, $"0/{NodeCount} nodes are available: {Reasons}.");
            return PostFilterMessage.Length == 0 ? message : $"{message} {PostFilterMessage}";
        }
    }
}
