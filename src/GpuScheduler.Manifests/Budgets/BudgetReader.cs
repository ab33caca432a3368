using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>
/// Reads PodDisruptionBudgets. One out of a cluster says in its status how many evictions it allows; for one that a person wrote that follows from the bound pods
/// that it covers, as the disruption controller works it out.
/// </summary>
internal sealed class BudgetReader
{
    private readonly List<(DisruptionBudget Budget, Func<int, int>? Allowed)> _budgets = [];

    public static bool Reads(ManifestObject item) => item is { Kind: "PodDisruptionBudget", ApiVersion: "policy/v1" or "policy/v1beta1" };

    public void Read(ManifestObject item)
    {
        MapReader? status = item.Reader.Map("status");
        MapReader? spec = item.Reader.Map("spec");
        LabelSelector? selector = spec?.Map("selector") is { } written ? LabelSelectorReader.Read(written) : null;

        // Empty matches all pods in v1, and none in v1beta1.
        bool matchesNone = item.ApiVersion == "policy/v1beta1" && selector is { MatchLabels.IsEmpty: true, MatchExpressions.IsEmpty: true };
        DisruptionBudget budget = new()
        {
            Namespace = item.Namespace(),
            Name = item.Name(),
            Uid = item.Metadata?.String("uid") ?? "",
            ResourceVersion = item.Metadata?.String("resourceVersion") ?? "",
            Selector = matchesNone ? null : selector,
            DisruptionsAllowed = status?.Int("disruptionsAllowed", 0, int.MaxValue, 0) ?? 0,
            DisruptedPods = status?.Map("disruptedPods") is { } disrupted
                ? [.. disrupted.Node.Entries.Select(e => e.Key)]
                : ImmutableSortedSet<string>.Empty.WithComparer(StringComparer.Ordinal),
        };
        _budgets.Add((budget, status is null && spec is not null ? AllowedBy(spec) : null));
    }

    /// <summary>All that were read.</summary>
    /// <param name="pods">The pods of the input.</param>
    public ImmutableArray<DisruptionBudget> For(IReadOnlyCollection<Pod> pods) =>
    [
        .. _budgets.Select(b => b.Allowed is null
            ? b.Budget
            : b.Budget with { DisruptionsAllowed = Math.Max(0, b.Allowed(pods.Count(p => p is { BoundNode.Length: > 0, IsTerminal: false } && b.Budget.Covers(p)))) }),
    ];

    /// <summary>How many of so many pods, all of them healthy, may be evicted; percentages are rounded up (policy/v1).</summary>
    private static Func<int, int> AllowedBy(MapReader spec)
    {
        if (spec.Has("maxUnavailable"))
        {
            (int number, bool isPercentage) = Amount(spec, "maxUnavailable");
            return pods => isPercentage ? PartOf(pods, number) : number;
        }

        if (spec.Has("minAvailable"))
        {
            (int number, bool isPercentage) = Amount(spec, "minAvailable");
            return pods => pods - (isPercentage ? PartOf(pods, number) : number);
        }

        // Without either, one must stay (the API server's default).
        return static pods => pods - 1;
    }

    private static int PartOf(int pods, int percent) => (int)((((long)pods * percent) + 99) / 100);

    private static (int Number, bool IsPercentage) Amount(MapReader spec, string key)
    {
        // A number or a string (IntOrString).
        string text = spec.Find(key) is ScalarNode scalar ? scalar.Text : "";
        bool isPercentage = text.EndsWith('%');
        if (int.TryParse(isPercentage ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return (number, isPercentage);
        }

        spec.Error(key, $"\"{text}\" is neither a number nor a percentage; write one such as 1 or 50%");
        return (0, false);
    }
}
