using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <content>The answer: what is placed above the minimum, who gets which place, or why there is none.</content>
internal sealed partial class GangSearch
{
    /// <summary>Adds what may be placed above the minimum, then gives every slot to the pod whose rank it suits.</summary>
    private GangPlacement Finish(Region found, List<(Region Region, string Domain)> bases)
    {
        int core = _slots.Count;
        _stopAt = int.MaxValue;
        Region allowed = bases.First(b => b.Region.Nodes.Contains(found.Nodes[0])).Region;
        foreach (SearchPart part in _parts)
        {
            if (!part.IsEntered && part.Parent!.IsEntered)
            {
                _stopAt = _steps + (_limit / 10);
                new EnterGoal(part, DomainOf(part.Parent, allowed), null).Solve(this);
                _stopAt = int.MaxValue;
            }

            if (part.IsLeaf && part.IsEntered)
            {
                Grow(part);
                part.Region = DomainOf(part, allowed);
                Grow(part);
            }
        }

        if (_slots.Count == 0 && _part.Running.Length == 0)
        {
            return Fail(GangOutcome.CannotFit, NoRoom(bases, _part.Group.RequiredLevel));
        }

        return Settle(core);
    }

    /// <summary>All nodes that the levels of a part and those around it allow, now that their domains are chosen: the search itself keeps to narrower ones.</summary>
    private Region DomainOf(SearchPart part, Region allowed)
    {
        IEnumerable<int> nodes = allowed.Nodes.ToArray();
        for (SearchPart? at = part; at is not null; at = at.Parent)
        {
            foreach (Pin pin in at.Pins)
            {
                int[] ids = Regions.IdsOf(pin.Level);
                nodes = nodes.Where(n => ids[n] == pin.Domain);
            }
        }

        int[] left = [.. nodes];
        return new Region(left, 0, left.Length);
    }

    private void Grow(SearchPart part)
    {
        int[]? spreadIds = part.Spread is null ? null : Regions.IdsOf(part.Group.SpreadLevel!);
        foreach (int c in ByDemand)
        {
            int left = part.Waiting[c].Count - part.Taken[c];
            if (left == 0)
            {
                continue;
            }

            int fits = (int)Math.Min(left, RoomIn(part.Region, c, part.Barred));
            foreach (int place in OrderOf(part, c, spreadIds is null ? fits : 0, spreadIds, out int[] room))
            {
                int node = part.Region.Nodes[place];
                for (int i = 0; i < room[place] && left > 0; i++)
                {
                    if ((spreadIds is not null && part.Spread!.Contains(spreadIds[node])) || !TryTake(part, c, node))
                    {
                        break;
                    }

                    left--;
                    if (spreadIds is not null)
                    {
                        part.Spread!.Add(spreadIds[node]);
                    }
                }
            }
        }
    }

    private GangPlacement Settle(int core)
    {
        Slot[] slots = [.. _slots];
        _state.RollBack(_start);
        Dictionary<(SearchPart, int), int> next = [];
        Dictionary<Pod, MemberPlacement> placed = new(ReferenceEqualityComparer.Instance);
        foreach (Slot slot in slots.Select((s, i) => (Slot: s, Later: i >= core)).OrderBy(s => s.Later).ThenBy(s => _tree.PositionOf(s.Slot.Node)).Select(s => s.Slot))
        {
            int rank = next.GetValueOrDefault((slot.Part, slot.Class));
            next[(slot.Part, slot.Class)] = rank + 1;
            GangMember member = slot.Part.Waiting[slot.Class][rank];
            _state.Place(slot.Node, member.Pod, member.Class, slot.Devices);
            placed.Add(member.Pod, new MemberPlacement(member, slot.Node, slot.Devices));
        }

        ImmutableArray<MemberPlacement> inOrder = [.. _root.AllMembers.Where(m => placed.ContainsKey(m.Pod)).Select(m => placed[m.Pod])];
        return GangPlacements.Of(_state, _tree, inOrder, _part.Running);
    }

    private string NoRoom(List<(Region Region, string Domain)> bases, string? required)
    {
        for (int c = 0; c < _classes.Count; c++)
        {
            if (_part.Least[c] > 0 && CountsOf(c, out _).IndexOfAnyExcept((short)0) < 0)
            {
                return _evaluator.Explain(_classes[c], _state, _attempt).Reasons;
            }
        }

        (long Holds, string Domain) best = bases
            .Select(b => (Holds: Enumerable.Range(0, _classes.Count).Sum(c => Math.Min(_part.Least[c], RoomIn(b.Region, c, null))), b.Domain))
            .MaxBy(b => b.Holds);
        int needed = Math.Max(1, Total(_part));
        return best.Holds < needed
            ? GangMessages.NoRoom(required, best.Domain, (int)best.Holds, needed)
            : GangMessages.NotTogether(required, _bestDomain, _mostPlaced, needed);
    }

    private GangPlacement Fail(GangOutcome outcome, string message)
    {
        _state.RollBack(_start);
        return new GangPlacement(outcome, [], Message: message);
    }
}
