using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Places a number of equal pods in the region of their group. Nodes are taken in the order of the tightest packing, each with as many pods as it takes, and then with
/// fewer. Of nodes that nothing can tell apart, a later one never gets more than an earlier one; pods of a class never change places.
/// </summary>
internal sealed class FillGoal(SearchPart part, int podClass, int count, Goal? next) : Goal(next)
{
    private int[] _nodes = [];
    private int[] _room = [];

    /// <summary>Room on a node and all after it.</summary>
    private int[] _roomLeft = [];

    /// <summary>True where a node is just like the one before it.</summary>
    private bool[] _isAlike = [];

    /// <summary>Pods on each node so far.</summary>
    private int[] _given = [];
    private int[]? _spreadIds;
    private int _id;

    public override bool Solve(GangSearch search)
    {
        _spreadIds = part.Spread is null ? null : search.Regions.IdsOf(part.Group.SpreadLevel!);
        List<int> order = search.OrderOf(part, podClass, count, _spreadIds, out int[] room);
        _nodes = new int[order.Count];
        _room = new int[order.Count];
        _roomLeft = new int[order.Count + 1];
        _isAlike = new bool[order.Count];
        _given = new int[order.Count];
        for (int i = order.Count - 1; i >= 0; i--)
        {
            _nodes[i] = part.Region.Nodes[order[i]];
            _room[i] = room[order[i]];
            _roomLeft[i] = _roomLeft[i + 1] + _room[i];
        }

        for (int i = 1; i < _isAlike.Length; i++)
        {
            _isAlike[i] = search.AreAlike(_nodes[i - 1], _nodes[i]);
        }

        _id = search.NextId();
        return From(search, 0, count);
    }

    private bool From(GangSearch search, int at, int left)
    {
        if (left == 0)
        {
            return search.Run(Next);
        }

        int from = at;
        if (search.HasFailed(_id, from, left))
        {
            return false;
        }

        for (; at < _nodes.Length && _roomLeft[at] >= left; at++)
        {
            _given[at] = 0;
            if (_spreadIds is not null && part.Spread!.Contains(_spreadIds[_nodes[at]]))
            {
                continue;
            }

            int most = Math.Min(left, _room[at]);
            most = _isAlike[at] ? Math.Min(most, _given[at - 1]) : most;
            for (int pods = most; pods > 0; pods--)
            {
                _given[at] = pods;
                if (Give(search, at, pods, left))
                {
                    return true;
                }

                if (search.IsOver)
                {
                    return false;
                }
            }

            _given[at] = 0;
        }

        search.NoteFailure(_id, from, left);
        return false;
    }

    /// <summary>Puts pods on a node, with the devices of the policy's choice and then with any others, and goes on.</summary>
    private bool Give(GangSearch search, int at, int pods, int left)
    {
        int node = _nodes[at];
        GangSearch.Point before = search.Mark();
        Enter(node);
        int given = 0;
        while (given < pods && search.TryTake(part, podClass, node))
        {
            given++;
        }

        if (given == pods && From(search, at + 1, left - pods))
        {
            return true;
        }

        search.RollBack(before);
        if (!search.IsOver && search.HasChoice(podClass, node) && GiveOthers(search, at, pods, left - pods))
        {
            return true;
        }

        Leave(node);
        return false;
    }

    private bool GiveOthers(GangSearch search, int at, int pods, int left)
    {
        if (pods == 0)
        {
            return From(search, at + 1, left);
        }

        GangSearch.Point before = search.Mark();
        foreach (DeviceSet devices in search.ChoicesOn(podClass, _nodes[at]))
        {
            if (search.TryTake(part, podClass, _nodes[at], devices) && GiveOthers(search, at, pods - 1, left))
            {
                return true;
            }

            search.RollBack(before);
            if (search.IsOver)
            {
                return false;
            }
        }

        return false;
    }

    private void Enter(int node)
    {
        if (_spreadIds is not null)
        {
            part.Spread!.Add(_spreadIds[node]);
        }
    }

    private void Leave(int node)
    {
        if (_spreadIds is not null)
        {
            part.Spread!.Remove(_spreadIds[node]);
        }
    }
}
