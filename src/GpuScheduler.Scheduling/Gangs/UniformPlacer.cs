using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Places gangs of equal pods that ask for one domain at most: counts by domain say at once where they fit, so nothing is searched for. The narrowest level comes first
/// (or the preferred one, and broader ones then), on it the domain with the least room that suffices, so that big gaps stay big.
/// </summary>
internal sealed class UniformPlacer(Evaluator evaluator, GangStrategy strategy)
{
    private readonly Packer _packer = new();
    private readonly List<int> _places = [];
    private readonly List<GangMember> _waiting = [];
    private readonly List<MemberPlacement> _placed = [];
    private int[] _counts = [];

    /// <summary>True where the gang is of this kind.</summary>
    public static bool Suits(GroupUnit root, TopologyLevels levels)
    {
        GangGroup group = root.Group;
        if (!root.Groups.IsEmpty || root.Members.IsEmpty || group.SpreadLevel is not null
            || (group.RequiredLevel is { } required && levels.IndexOf(required) < 0)
            || (group.PreferredLevel is { } preferred && levels.IndexOf(preferred) < 0))
        {
            return false;
        }

        PodClass first = root.Members[0].Class;
        foreach (ref readonly GangMember member in root.Members.AsSpan())
        {
            if (member.IsPlaced || !ReferenceEquals(member.Class, first))
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>The answer; null where counts promise room that devices as the policy picks them, or filters that cannot count, do not grant: it must be searched for.</returns>
    public GangPlacement? Place(GroupUnit root, Draft state, DomainTree tree, ClassCapacity capacity, long attempt)
    {
        ReadOnlySpan<GangMember> members = root.Members.AsSpan();
        int needed = Math.Max(1, root.Group.MinPods), wanted = members.Length;
        int narrowest = tree.Levels.Keys.Length - 1;
        int broadest = root.Group.RequiredLevel is { } required ? tree.Levels.IndexOf(required) : -1;
        int start = root.Group.PreferredLevel is { } preferred ? Math.Max(broadest, tree.Levels.IndexOf(preferred))
            : strategy == GangStrategy.BestFit ? broadest
            : narrowest;
        (int domain, int node) = Choose(state, tree, capacity, needed, wanted, start, broadest);
        if (domain < 0)
        {
            return new GangPlacement(GangOutcome.CannotFit, [], Message: WhyNot(root, state, tree, capacity, attempt, broadest));
        }

        _waiting.Clear();
        _waiting.AddRange(members);
        _placed.Clear();
        int mark = state.Mark();
        if (!Fill(state, tree, capacity, attempt, domain, node, Math.Min(wanted, node >= 0 ? capacity.Counts[node] : capacity.Sums[domain]))
            && _placed.Count < needed)
        {
            state.RollBack(mark);
            return null;
        }

        if (_placed.Count < wanted)
        {
            Grow(state, tree, capacity, attempt, domain, broadest);
        }

        return GangPlacements.Of(state, tree, [.. _placed], []);
    }

    /// <summary>The domain, or the single node of it, that takes the gang; -1: none does.</summary>
    private (int Domain, int Node) Choose(
        Draft state, DomainTree tree, ClassCapacity capacity, int needed, int wanted, int start, int broadest)
    {
        int narrowest = tree.Levels.Keys.Length - 1;
        (int, int) found = Choose(state, tree, capacity, needed, wanted, start, broadest + 1, broadest);
        if (found is (-1, _) && start < narrowest && strategy != GangStrategy.BestFit)
        {
            // Nodes may lack the preferred level and the broader ones, and still be close together.
            found = Choose(state, tree, capacity, needed, wanted, narrowest, start + 1, broadest);
        }

        return found is not (-1, _) ? found
            : broadest >= 0 ? Choose(state, tree, capacity, needed, wanted, broadest, broadest, broadest)
            : RankOf(capacity.Sums[DomainTree.Root], needed, wanted) < int.MaxValue ? (DomainTree.Root, -1)
            : (-1, -1);
    }

    /// <summary>The same on levels from <paramref name="from"/> to a broader one.</summary>
    private static (int Domain, int Node) Choose(
        Draft state, DomainTree tree, ClassCapacity capacity, int needed, int wanted, int from, int to, int broadest)
    {
        for (int level = from; level >= to; level--)
        {
            if (level == tree.Levels.Keys.Length - 1)
            {
                int node = ChooseNode(state, tree, capacity, needed, wanted, broadest);
                if (node >= 0)
                {
                    return (tree.DomainOf(node), node);
                }

                continue;
            }

            int best = -1;
            int bestRank = int.MaxValue;
            (long Score, ulong Tie) bestScore = default;
            foreach (int domain in tree.DomainsOf(level))
            {
                int rank = RankOf(capacity.Sums[domain], needed, wanted);
                if (rank > bestRank || rank == int.MaxValue || !IsAllowed(tree, domain, broadest))
                {
                    continue;
                }

                if (rank == bestRank)
                {
                    bestScore = bestScore == default ? capacity.BestIn(state, tree, best) : bestScore;
                    (long Score, ulong Tie) score = capacity.BestIn(state, tree, domain);
                    if (score.Score > bestScore.Score || (score.Score == bestScore.Score && score.Tie < bestScore.Tie))
                    {
                        (best, bestScore) = (domain, score);
                    }

                    continue;
                }

                (best, bestRank, bestScore) = (domain, rank, default);
            }

            if (best >= 0)
            {
                return (best, -1);
            }
        }

        return (-1, -1);
    }

    /// <summary>True where a domain lies in one of the required level, if any.</summary>
    private static bool IsAllowed(DomainTree tree, int domain, int broadest) => broadest < 0 || tree.AncestorAt(domain, broadest) >= 0;

    private static int ChooseNode(Draft state, DomainTree tree, ClassCapacity capacity, int needed, int wanted, int broadest)
    {
        if (broadest < 0 || broadest == tree.Levels.Keys.Length - 1)
        {
            int suited = capacity.CountFor(needed, wanted);
            return suited == 0 ? -1 : BestOf(state, capacity, (short)suited);
        }

        ReadOnlySpan<short> counts = capacity.Counts;
        int bestRank = int.MaxValue;
        short count = 0;
        for (int node = 0; node < counts.Length; node++)
        {
            if (counts[node] >= needed && RankOf(counts[node], needed, wanted) < bestRank && IsAllowed(tree, tree.DomainOf(node), broadest))
            {
                count = counts[node];
                bestRank = RankOf(count, needed, wanted);
            }
        }

        return count == 0 ? -1 : BestAllowed(state, tree, capacity, count, broadest);
    }

    /// <summary>The best of all nodes with so much room.</summary>
    private static int BestOf(Draft state, ClassCapacity capacity, short count)
    {
        int best = -1;
        long bestScore = 0;
        ReadOnlySpan<Block> blocks = state.Blocks;
        for (int b = 0; b < blocks.Length; b++)
        {
            int lane = capacity.BestWith(blocks[b], b, count), node = (b * Block.Size) + lane;
            if (lane >= 0)
            {
                long score = capacity.Memo.ScoreOf(node);
                if (best < 0 || score > bestScore || (score == bestScore && TieOf(state, node) < TieOf(state, best)))
                {
                    (best, bestScore) = (node, score);
                }
            }
        }

        return best;
    }

    /// <summary>The same among those in a domain of the required level.</summary>
    private static int BestAllowed(Draft state, DomainTree tree, ClassCapacity capacity, short count, int broadest)
    {
        int best = -1;
        long bestScore = 0;
        for (int node = 0; node < capacity.Counts.Length; node++)
        {
            if (capacity.Counts[node] == count && IsAllowed(tree, tree.DomainOf(node), broadest))
            {
                long score = capacity.Memo.ScoreOf(node);
                if (best < 0 || score > bestScore || (score == bestScore && TieOf(state, node) < TieOf(state, best)))
                {
                    (best, bestScore) = (node, score);
                }
            }
        }

        return best;
    }

    /// <summary>The lowest is best: the least room that takes all, then the most of what takes the minimum; <see cref="int.MaxValue"/>: not even that.</summary>
    private static int RankOf(int room, int needed, int wanted) =>
        room < needed || room == 0 ? int.MaxValue : room >= wanted ? room : int.MaxValue - 1 - room;

    private static ulong TieOf(ClusterView state, int node) => state.BlockOf(node).Nodes.TieKeys[node % Block.Size];

    /// <summary>What has no room in the domain goes as near to it as can be.</summary>
    private void Grow(Draft state, DomainTree tree, ClassCapacity capacity, long attempt, int domain, int broadest)
    {
        if (broadest == tree.Levels.Keys.Length - 1)
        {
            return;
        }

        for (; domain >= 0 && tree.LevelOf(domain) >= broadest && _placed.Count < _waiting.Count; domain = tree.ParentOf(domain))
        {
            evaluator.CapacityOf(capacity.Memo.Plan.Class, state, tree, attempt);
            int more = Math.Min(capacity.Sums[domain], _waiting.Count - _placed.Count);
            if (more > 0)
            {
                Fill(state, tree, capacity, attempt, domain, -1, more);
            }
        }
    }

    /// <summary>Places the next so many pods in a domain or on one node of it, in rank order along the tree.</summary>
    /// <returns>False where one could not be placed; those before it are.</returns>
    private bool Fill(Draft state, DomainTree tree, ClassCapacity capacity, long attempt, int domain, int node, int count)
    {
        int first = node >= 0 ? tree.PositionOf(node) : tree.FirstNodeOf(domain), last = node >= 0 ? first + 1 : tree.LastNodeOf(domain);
        ReadOnlySpan<int> nodes = tree.Nodes[first..last];
        if (_counts.Length < nodes.Length)
        {
            _counts = new int[Math.Max(nodes.Length, _counts.Length * 2)];
        }

        Span<int> counts = _counts.AsSpan(0, nodes.Length);
        for (int place = 0; place < counts.Length; place++)
        {
            counts[place] = capacity.Counts[nodes[place]];
        }

        _places.Clear();
        _packer.Pack(tree, domain, nodes, counts, capacity.Memo, state, count, _places);
        int left = count;
        foreach (int place in _places)
        {
            counts[place] = Math.Min(counts[place], left);
            left -= counts[place];
        }

        _places.Sort();
        foreach (int place in _places)
        {
            for (int i = 0; i < counts[place]; i++)
            {
                GangMember member = _waiting[_placed.Count];
                if (!Evaluator.TryChoose(capacity.Memo, state, nodes[place], attempt, out DeviceSet devices))
                {
                    return false;
                }

                state.Place(nodes[place], member.Pod, member.Class, devices);
                _placed.Add(new MemberPlacement(member, nodes[place], devices));
            }
        }

        return true;
    }

    private string WhyNot(GroupUnit root, Draft state, DomainTree tree, ClassCapacity capacity, long attempt, int broadest)
    {
        int needed = Math.Max(1, root.Group.MinPods);
        if (capacity.Sums[DomainTree.Root] == 0)
        {
            return evaluator.Explain(capacity.Memo.Plan.Class, state, attempt).Reasons;
        }

        if (broadest < 0)
        {
            return GangMessages.NoRoom(null, "", capacity.Sums[DomainTree.Root], needed);
        }

        string level = tree.Levels.Keys[broadest];
        if (broadest == tree.Levels.Keys.Length - 1)
        {
            int node = 0;
            for (int i = 1; i < capacity.Counts.Length; i++)
            {
                node = capacity.Counts[i] > capacity.Counts[node] ? i : node;
            }

            return GangMessages.NoRoom(level, state.NodeAt(node).Name, capacity.Counts[node], needed);
        }

        int best = -1;
        foreach (int domain in tree.DomainsOf(broadest))
        {
            best = best < 0 || capacity.Sums[domain] > capacity.Sums[best] ? domain : best;
        }

        return best < 0 ? GangMessages.NoLabel(level) : GangMessages.NoRoom(level, tree.PathOf(best), capacity.Sums[best], needed);
    }
}
