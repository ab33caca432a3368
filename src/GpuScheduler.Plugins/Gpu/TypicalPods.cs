using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>
/// The target workload of FGD: what pods typically ask, and how often. Its order is part of it: sums over it are made in that order.
/// </summary>
public sealed class TypicalPods
{
    private const double Coverage = 95;

    /// <summary>A workload that is known beforehand; probabilities should add up to 1.</summary>
    public TypicalPods(ImmutableArray<TypicalPod> pods) => Pods = pods;

    /// <summary>No expectations: nothing counts as a fragment.</summary>
    public static readonly TypicalPods None = new([]);

    /// <summary>The most frequent first.</summary>
    public ImmutableArray<TypicalPod> Pods { get; }

    /// <summary>Learns from pods, each counted once.</summary>
    public static TypicalPods Of(IEnumerable<PodClass> pods) => Of(pods.Select(p => (p, 1L)));

    /// <summary>
    /// Learns from pod classes and how many pods each has: groups pods alike in CPU, devices and models (not memory), and keeps the
    /// fewest groups that make up 95 % of the pods (ATC'23, "Beware of Fragmentation").
    /// </summary>
    public static TypicalPods Of(IEnumerable<(PodClass Class, long Count)> classes)
    {
        Dictionary<Key, (DeviceRequest Devices, long Count)> groups = [];
        double total = 0;
        foreach ((PodClass podClass, long count) in classes)
        {
            DeviceRequest devices = podClass.Devices.IsNone ? DeviceRequest.None : podClass.Devices;
            Key key = new(podClass.AmountOf(Vocabulary.CpuId), devices.Milli, devices.MemoryMiB, devices.Count, string.Join('|', devices.Models));
            groups[key] = (devices, groups.GetValueOrDefault(key).Count + count);
            total += count;
        }

        var sorted = groups.OrderByDescending(g => g.Value.Count)
            .ThenByDescending(g => g.Key.CpuMilli).ThenByDescending(g => g.Key.Milli).ThenByDescending(g => g.Key.MemoryMiB)
            .ThenByDescending(g => g.Key.Count).ThenByDescending(g => g.Key.Models, StringComparer.Ordinal).ToArray();
        double enough = Coverage * total / 100, covered = 0;
        int kept = 0;
        while (covered < enough)
        {
            covered += sorted[kept++].Value.Count;
        }

        // The order of the operations is that of the published simulator: what is computed from them is truncated in the end.
        double part = covered / total;
        return new TypicalPods([.. sorted.Take(kept).Select(g => new TypicalPod(g.Key.CpuMilli, g.Value.Devices, g.Value.Count / total / part))]);
    }

    private readonly record struct Key(long CpuMilli, int Milli, int MemoryMiB, int Count, string Models);
}
