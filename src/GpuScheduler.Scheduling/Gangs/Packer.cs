using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Spreads a number of equal pods over nodes so that they lie in the fewest domains, level by level, and leave the least behind in the last of them: whole domains, the
/// largest first, then the smallest that takes the rest. Among equals the profile's scores decide.
/// (The descent of Kueue's topology-aware scheduling, down to single nodes.)
/// </summary>
internal sealed class Packer
{
    /// <summary>Parts of the domains on the way down, a stack.</summary>
    private Part[] _parts = new Part[64];
    private int _top;

    /// <summary>Appends the places of the nodes to use, in the order in which to fill each as far as it goes.</summary>
    /// <param name="tree">The domains.</param>
    /// <param name="domain">One that holds all of <paramref name="nodes"/>.</param>
    /// <param name="nodes">Nodes in the order of the tree.</param>
    /// <param name="counts">How many pods each of them takes.</param>
    /// <param name="scores">Ranks nodes.</param>
    /// <param name="view">The state.</param>
    /// <param name="wanted">How many pods; at most as many as fit.</param>
    /// <param name="into">Places in <paramref name="nodes"/>.</param>
    public void Pack(
        DomainTree tree, int domain, ReadOnlySpan<int> nodes, ReadOnlySpan<int> counts, ClassMemo scores, ClusterView view, int wanted, List<int> into)
    {
        int bottom = _top;
        Split(tree, domain, nodes, counts, scores, view, new Part { First = 0, Last = nodes.Length });
        Take(tree, nodes, counts, scores, view, wanted, bottom, into);
        _top = bottom;
    }

    private void Take(
        DomainTree tree, ReadOnlySpan<int> nodes, ReadOnlySpan<int> counts, ClassMemo scores, ClusterView view, int wanted, int bottom, List<int> into)
    {
        int top = _top;
        _parts.AsSpan(bottom, top - bottom).Sort();
        for (int next = bottom; wanted > 0 && next < top; next++)
        {
            Part part = _parts[next];
            if (part.Count > wanted)
            {
                // The first of the smallest that take the rest.
                int least = next;
                for (int i = next + 1; i < top && _parts[i].Count >= wanted; i++)
                {
                    least = _parts[i].Count < _parts[least].Count ? i : least;
                }

                part = _parts[least];
            }

            if (part.Count > wanted && part.Domain >= 0)
            {
                int inner = _top;
                Split(tree, part.Domain, nodes, counts, scores, view, part);
                Take(tree, nodes, counts, scores, view, wanted, inner, into);
                _top = inner;
                return;
            }

            for (int place = part.First; place < part.Last; place++)
            {
                if (counts[place] > 0)
                {
                    into.Add(place);
                }
            }

            wanted -= part.Count;
        }
    }

    /// <summary>Pushes the domains and single nodes of which a part consists.</summary>
    private void Split(
        DomainTree tree, int domain, ReadOnlySpan<int> nodes, ReadOnlySpan<int> counts, ClassMemo scores, ClusterView view, in Part part)
    {
        int inner = domain + 1;
        for (int place = part.First; place < part.Last;)
        {
            Part found = new() { First = place, Domain = -1, Score = long.MinValue };
            int position = tree.PositionOf(nodes[place]);
            int end = position + 1;
            if (position >= tree.DirectEndOf(domain))
            {
                while (position >= tree.LastNodeOf(inner))
                {
                    inner = tree.EndOf(inner);
                }

                found.Domain = inner;
                end = tree.LastNodeOf(inner);
            }

            for (; place < part.Last && tree.PositionOf(nodes[place]) < end; place++)
            {
                if (counts[place] <= 0)
                {
                    continue;
                }

                found.Count += counts[place];
                int node = nodes[place];
                long score = scores.ScoreOf(node);
                ulong tie = view.BlockOf(node).Nodes.TieKeys[node % Block.Size];
                if (score > found.Score || (score == found.Score && tie < found.Tie))
                {
                    (found.Score, found.Tie) = (score, tie);
                }
            }

            found.Last = place;
            if (found.Count > 0)
            {
                if (_top == _parts.Length)
                {
                    Array.Resize(ref _parts, _top * 2);
                }

                _parts[_top++] = found;
            }
        }
    }

    /// <summary>A domain's part of the nodes, or one node. The most first, then the best.</summary>
    private struct Part : IComparable<Part>
    {
        public int First;
        public int Last;
        public int Domain;
        public int Count;
        public long Score;
        public ulong Tie;

        public readonly int CompareTo(Part other) =>
            Count != other.Count ? other.Count.CompareTo(Count)
            : Score != other.Score ? other.Score.CompareTo(Score)
            : Tie != other.Tie ? Tie.CompareTo(other.Tie)
            : First.CompareTo(other.First);
    }
}
