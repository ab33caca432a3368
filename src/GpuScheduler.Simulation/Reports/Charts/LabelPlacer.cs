namespace GpuScheduler.Simulation;

/// <summary>Puts labels side by side where they would overlap.</summary>
internal static class LabelPlacer
{
    /// <summary>
    /// Positions as near to the wanted ones as a distance of <paramref name="gap"/> allows, in the same order of size, and within the bounds where there is room.
    /// </summary>
    public static double[] Place(IReadOnlyList<double> wanted, double gap, double min, double max)
    {
        int[] order = [.. Enumerable.Range(0, wanted.Count).OrderBy(i => wanted[i])];
        double[] placed = [.. wanted];

        // Labels that touch form a group, which sits around the mean of what its members want.
        List<(int First, int Count, double Sum)> groups = [];
        double Start((int First, int Count, double Sum) g) =>
            Math.Max(min, Math.Min(max - ((g.Count - 1) * gap), (g.Sum / g.Count) - ((g.Count - 1) * gap / 2)));
        for (int i = 0; i < order.Length; i++)
        {
            groups.Add((i, 1, wanted[order[i]]));
            while (groups.Count > 1 && Start(groups[^1]) < Start(groups[^2]) + (groups[^2].Count * gap))
            {
                var (last, before) = (groups[^1], groups[^2]);
                groups.RemoveRange(groups.Count - 2, 2);
                groups.Add((before.First, before.Count + last.Count, before.Sum + last.Sum));
            }
        }

        foreach (var group in groups)
        {
            for (int i = 0; i < group.Count; i++)
            {
                placed[order[group.First + i]] = Start(group) + (i * gap);
            }
        }

        return placed;
    }
}
