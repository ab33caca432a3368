using System.Globalization;

namespace GpuScheduler.Cluster;

/// <summary>Values that several dialects write alike.</summary>
internal static class GangValues
{
    /// <summary>Reads digits.</summary>
    public static bool TryCount(string? text, int min, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count >= min;

    /// <summary>A gang that a pod states by itself.</summary>
    public static GangObject Implied(GangKey key, GangGroup group) => new() { Key = key, Group = group with { Disruption = DisruptionMode.WholeGroup } };
}
