using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Places a gang as a scheduler does that decides pod by pod and then lets all go or none: each where the scores put it. What is required holds: the domain of the first
/// pod takes all, or the next one is tried.
/// </summary>
internal sealed class PodByPodPlacer(Evaluator evaluator)
{
    private readonly List<MemberPlacement> _placed = [];

    public GangPlacement Place(GroupUnit root, Draft state, DomainTree tree, long attempt, NodeSet? only)
    {
        int needed = Math.Max(1, root.Group.MinPods), most = 0;
        int level = root.Group.RequiredLevel is { } required ? tree.Levels.IndexOf(required) : -1;
        NodeSet? allowed = level < 0 ? only : Copy(tree, only);
        int mark = state.Mark();
        while (true)
        {
            NodeSet? within = allowed;
            if (level >= 0)
            {
                Decision first = evaluator.Decide(root.Members[0].Class, state, attempt, allowed);
                if (first.Node < 0)
                {
                    break;
                }

                within = Split(tree, allowed!, first.Node, level);
            }

            Fill(root, state, attempt, within);
            if (_placed.Count >= needed)
            {
                return GangPlacements.Of(state, tree, [.. _placed], []);
            }

            most = Math.Max(most, _placed.Count);
            state.RollBack(mark);
            if (level < 0)
            {
                break;
            }
        }

        return new GangPlacement(GangOutcome.CannotFit, [], Message: GangMessages.NoRoom(root.Group.RequiredLevel, "", most, needed));
    }

    private void Fill(GroupUnit root, Draft state, long attempt, NodeSet? within)
    {
        _placed.Clear();
        foreach (ref readonly GangMember member in root.Members.AsSpan())
        {
            // Each pod is an attempt of its own to policies that draw lots.
            long lot = unchecked((long)TieKeys.Mix((ulong)attempt) + _placed.Count);
            Decision decision = evaluator.Decide(member.Class, state, lot, within);
            if (decision.Node < 0)
            {
                return;
            }

            state.Place(decision.Node, member.Pod, member.Class, decision.Devices);
            _placed.Add(new MemberPlacement(member, decision.Node, decision.Devices));
        }
    }

    private static NodeSet Copy(DomainTree tree, NodeSet? only)
    {
        NodeSet nodes = new();
        foreach (int node in tree.Nodes)
        {
            if (only is null || only.Contains(node))
            {
                nodes.Add(node);
            }
        }

        return nodes;
    }

    /// <summary>Takes the nodes out of the allowed ones that are in one domain of a level with a node; those in none cannot be used.</summary>
    private static NodeSet Split(DomainTree tree, NodeSet allowed, int node, int level)
    {
        NodeSet within = new();
        bool isHost = level == tree.Levels.Keys.Length - 1;
        int domain = tree.DomainAt(node, level);
        foreach (int other in tree.Nodes)
        {
            if (allowed.Contains(other) && (isHost ? other == node : tree.DomainAt(other, level) == domain))
            {
                allowed.Remove(other);
                if (isHost || domain >= 0)
                {
                    within.Add(other);
                }
            }
        }

        return within;
    }
}
