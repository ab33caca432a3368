using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Why a gang goes nowhere, in words for events and conditions.</summary>
internal static class GangMessages
{
    /// <summary>A level as people call it: the last part of its label key.</summary>
    public static string NameOf(string level) => level switch
    {
        TopologyLevels.Hostname => "node",
        WellKnownLabels.GpuClique => "NVLink domain",
        _ => level[(level.LastIndexOf('/') + 1)..],
    };

    public static string TooFew(string group, int needed, int exist) => Text($"{Of(group)}needs {needed} pods, {exist} exist");

    public static string TooFewGroups(string group, int needed, int exist) =>
        Text($"{Of(group)}needs {needed} groups with all their pods, {exist} have them");

    public static string NoLabel(string level) => Text($"no node has the label {level}");

    public static string Apart(string level) => Text($"its running pods are not in one {NameOf(level)}, and it must be");

    /// <param name="level">The level that it needs one domain of; null: any nodes will do.</param>
    /// <param name="domain">The domain that holds the most.</param>
    /// <param name="holds">How many pods of what is needed.</param>
    /// <param name="needed">How many are needed.</param>
    public static string NoRoom(string? level, string domain, int holds, int needed) => level is not null && domain.Length == 0
        ? Text($"fits in no {NameOf(level)}: none is left to it")
        : level is null
        ? Text($"fits nowhere: the cluster holds {holds} of {needed}")
        : Text($"fits in no {NameOf(level)}: best {NameOf(level)} {domain} holds {holds} of {needed}");

    /// <summary>There is room for each kind of pods alone, but no combination holds them all.</summary>
    public static string NotTogether(string? level, string domain, int placed, int needed) => Text(
        $"fits {(level is null ? "nowhere" : $"in no {NameOf(level)}")}: there is room for its pods one by one, but not for all {needed} together{Best(level, domain, placed)}");

    public static string Limit(string? level, string domain, int placed, int needed, int steps) => Text(
        $"not found within {steps} trial placements, though it may fit: {needed} pods needed{Best(level, domain, placed)}");

    private static string Of(string group) => group.Length == 0 ? "" : $"group {group} ";

    private static string Best(string? level, string domain, int placed) =>
        placed == 0 ? "" : Text($"; the best trial{(level is null || domain.Length == 0 ? "" : $", in {NameOf(level)} {domain},")} placed {placed}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
