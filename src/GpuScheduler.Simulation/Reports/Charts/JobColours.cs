namespace GpuScheduler.Simulation;

/// <summary>Which colour a job has on a map, and which jobs lie in several domains.</summary>
internal sealed class JobColours
{
    private readonly Dictionary<string, int> _colours = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wide = new(StringComparer.Ordinal);
    private readonly HashSet<string> _single = new(StringComparer.Ordinal);

    /// <param name="nodes">The nodes in the order in which they are drawn.</param>
    public JobColours(IReadOnlyList<NodeHolders> nodes)
    {
        foreach (IGrouping<string, NodeHolders> holder in nodes.SelectMany(n => n.Holders.Where(h => h.Length > 0).Distinct().Select(h => (h, n))).GroupBy(h => h.h, h => h.n))
        {
            _colours.Add(holder.Key, _colours.Count % Palette.Jobs.Count);
            if (holder.Select(n => string.Join('/', n.Domains)).Distinct().Skip(1).Any())
            {
                _wide.Add(holder.Key);
            }

            NodeHolders first = holder.First();
            if (!holder.Skip(1).Any() && first.Holders.Any(h => h != holder.Key))
            {
                _single.Add(holder.Key);
            }
        }
    }

    /// <summary>Class of a holder's cells.</summary>
    public string Of(string holder) => holder.Length == 0 ? "free"
        : _single.Contains(holder) ? "single"
        : $"job j{_colours[holder]}{(_wide.Contains(holder) ? " wide" : "")}";
}
