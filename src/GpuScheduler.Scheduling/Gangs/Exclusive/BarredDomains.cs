using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Domains that pods are kept out of, and by whom.</summary>
internal sealed class BarredDomains(DomainIds domains)
{
    /// <summary>Domains that a message names.</summary>
    private const int MostNamed = 3;

    private readonly Dictionary<(string Level, int Id), (Pod By, bool IsClaimed)> _by = [];

    public bool IsEmpty => _by.Count == 0;

    /// <summary>Notes a domain; -1 is none.</summary>
    public void Add(string level, int id, Pod by, bool isClaimed)
    {
        if (id >= 0 && (!_by.TryGetValue((level, id), out (Pod By, bool IsClaimed) known) || (isClaimed && !known.IsClaimed)))
        {
            _by[(level, id)] = (by, isClaimed);
        }
    }

    /// <summary>Notes those of another.</summary>
    public void Add(BarredDomains other)
    {
        foreach (((string level, int id), (Pod by, bool isClaimed)) in other._by)
        {
            Add(level, id, by, isClaimed);
        }
    }

    /// <summary>The nodes of the domains.</summary>
    public NodeSet NodesIn(DomainTree tree)
    {
        NodeSet nodes = new();
        foreach (IGrouping<string, int> level in _by.Keys.GroupBy(d => d.Level, d => d.Id))
        {
            HashSet<int> barred = [.. level];
            int[] ids = domains.Of(level.Key);
            foreach (int node in tree.Nodes)
            {
                if (barred.Contains(ids[node]))
                {
                    nodes.Add(node);
                }
            }
        }

        return nodes;
    }

    /// <summary>Which they are, as a clause: "rack r7 belongs to jobset.sigs.k8s.io/job-key ml/train-w-0".</summary>
    public string Describe()
    {
        IEnumerable<string> named = _by.OrderBy(d => d.Key.Level, StringComparer.Ordinal).ThenBy(d => d.Key.Id).Take(MostNamed).Select(d =>
            $"{GangMessages.NameOf(d.Key.Level)} {domains.NameOf(d.Key.Level, d.Key.Id)} {(d.Value.IsClaimed ? "belongs to" : "has pods of")} "
            + (d.Value.By.Gang?.Gang.ToString() ?? $"pod {d.Value.By}"));
        string text = string.Join(", ", named);
        return _by.Count <= MostNamed ? text : string.Create(CultureInfo.InvariantCulture, $"{text}, and {_by.Count - MostNamed} more");
    }
}
