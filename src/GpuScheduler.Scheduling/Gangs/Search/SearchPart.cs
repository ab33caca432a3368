using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>A group of a gang as the search sees it: what must still be placed of it, and what has been so far.</summary>
internal sealed class SearchPart
{
    public SearchPart(GroupUnit unit, SearchPart? parent, Dictionary<PodClass, int> classes, IReadOnlyDictionary<GroupUnit, NodeSet>? barred)
    {
        Group = unit.Group;
        Parent = parent;
        Barred = barred?.GetValueOrDefault(unit);
        Parts = [.. unit.Groups.Select(g => new SearchPart(g, this, classes, barred))];
        Waiting = new List<GangMember>[classes.Count];
        for (int c = 0; c < Waiting.Length; c++)
        {
            Waiting[c] = [];
        }

        foreach (GangMember member in unit.Members)
        {
            if (!member.IsPlaced)
            {
                Waiting[classes[member.Class]].Add(member);
                RankOrder.Add(classes[member.Class]);
            }
        }

        Running = [.. unit.AllMembers.Where(m => m.IsPlaced).Select(m => m.Node)];
        Taken = new int[classes.Count];
        Needed = Math.Max(0, Group.MinPods - Running.Length);
        MustReach = Math.Min(Parts.Length, Group.MinGroups ?? Parts.Length);
        Least = LeastOf(classes.Count);
    }

    public GangGroup Group { get; }

    public SearchPart? Parent { get; }

    public SearchPart[] Parts { get; }

    /// <summary>Number within the search.</summary>
    public int Number { get; set; }

    /// <summary>Nodes that its own pods may not go to; null: there are none but those that no pod of the gang may go to.</summary>
    public NodeSet? Barred { get; }

    public bool IsLeaf => Parts.Length == 0;

    /// <summary>Its own waiting pods by class, in rank order.</summary>
    public List<GangMember>[] Waiting { get; }

    /// <summary>Classes of its own waiting pods, in rank order.</summary>
    public List<int> RankOrder { get; } = [];

    /// <summary>Nodes of the pods that hold their places already, those of its parts included.</summary>
    public int[] Running { get; }

    /// <summary>New pods without which its own minimum is not met.</summary>
    public int Needed { get; }

    /// <summary>How many of its parts must reach their minimum.</summary>
    public int MustReach { get; }

    /// <summary>True where its minimum is met with what runs.</summary>
    public bool NeedsNothing => Needed == 0 && Parts.Count(p => p.NeedsNothing) >= MustReach;

    /// <summary>By class, pods that any placement of it takes at the least.</summary>
    public int[] Least { get; }

    /// <summary>Levels of which one domain must hold it, and why.</summary>
    public List<string> PinnedLevels { get; } = [];

    /// <summary>Parts with which it must share a domain, and of which level.</summary>
    public List<(SearchPart With, string Level)> Shares { get; } = [];

    /// <summary>True while the search has confined it and places its pods.</summary>
    public bool IsEntered { get; set; }

    public Region Region { get; set; }

    public Pin[] Pins { get; set; } = [];

    /// <summary>New pods of it by class, placed so far.</summary>
    public int[] Taken { get; }

    /// <summary>Domains of <see cref="GangGroup.SpreadLevel"/> that its pods are in; null where they need not be spread.</summary>
    public HashSet<int>? Spread { get; set; }

    public int TakenInAll => Taken.Sum() + Parts.Sum(p => p.TakenInAll);

    public int WaitingInAll => Waiting.Sum(w => w.Count) + Parts.Sum(p => p.WaitingInAll);

    public IEnumerable<SearchPart> All => Parts.SelectMany(p => p.All).Prepend(this);

    /// <summary>The pod that the next slot of a class is for.</summary>
    public Pod NextPod(int podClass) => Waiting[podClass][Taken[podClass]].Pod;

    private int[] LeastOf(int classes)
    {
        int[] least = new int[classes];
        int waiting = Waiting.Sum(w => w.Count);
        for (int c = 0; c < classes; c++)
        {
            least[c] = IsLeaf
                ? Math.Max(0, Needed - (waiting - Waiting[c].Count))
                : Parts.Select(p => p.Least[c]).Order().Take(MustReach).Sum();
        }

        return least;
    }
}
