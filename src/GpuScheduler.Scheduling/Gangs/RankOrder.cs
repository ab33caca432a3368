namespace GpuScheduler.Scheduling;

/// <summary>The order of a gang's pods: by rank, those without one last, then by name with numbers as numbers ("worker-2" before "worker-10").</summary>
internal sealed class RankOrder : IComparer<GangPod>
{
    public static readonly RankOrder Instance = new();

    public int Compare(GangPod? x, GangPod? y)
    {
        int order = (x!.Membership.Rank ?? int.MaxValue).CompareTo(y!.Membership.Rank ?? int.MaxValue);
        if (order == 0)
        {
            order = CompareNames(x.Pod.Name, y.Pod.Name);
        }

        return order != 0 ? order : string.CompareOrdinal(x.Pod.Uid, y.Pod.Uid);
    }

    /// <summary>Compares text by character and runs of digits by value.</summary>
    internal static int CompareNames(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        while (!a.IsEmpty && !b.IsEmpty)
        {
            int digitsOfA = Digits(a), digitsOfB = Digits(b);
            if (digitsOfA > 0 && digitsOfB > 0)
            {
                ReadOnlySpan<char> m = a[..digitsOfA].TrimStart('0'), n = b[..digitsOfB].TrimStart('0');
                int order = m.Length != n.Length ? m.Length.CompareTo(n.Length) : m.SequenceCompareTo(n);
                order = order != 0 ? order : digitsOfA.CompareTo(digitsOfB);
                if (order != 0)
                {
                    return order;
                }

                a = a[digitsOfA..];
                b = b[digitsOfB..];
            }
            else if (a[0] != b[0])
            {
                return a[0].CompareTo(b[0]);
            }
            else
            {
                a = a[1..];
                b = b[1..];
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int digits = text.IndexOfAnyExceptInRange('0', '9');
        return digits < 0 ? text.Length : digits;
    }
}
