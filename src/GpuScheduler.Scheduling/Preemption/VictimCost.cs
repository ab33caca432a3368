namespace GpuScheduler.Scheduling;

/// <summary>
/// What victims cost, in the order in which it counts: kube-scheduler's criteria, then GPU time. Smaller is better; each but the last two only grows with further victims.
/// </summary>
/// <param name="Violations">By how many evictions budgets are exceeded, over all budgets.</param>
/// <param name="HighestPriority">The highest priority among the victims; <see cref="int.MinValue"/> where there are none.</param>
/// <param name="PrioritySum">Sum of priority + 2^31 over the victims, so that a further victim never makes it smaller.</param>
/// <param name="Count">How many victims.</param>
/// <param name="EarliestStart">The earliest start among the victims of the highest priority; a later one is better.</param>
/// <param name="GpuTime">GPU time lost: milli of a GPU times the milliseconds that the victim has run, summed.</param>
public readonly record struct VictimCost(
    int Violations, int HighestPriority, long PrioritySum, int Count, DateTimeOffset EarliestStart, long GpuTime) : IComparable<VictimCost>
{
    /// <summary>Of no victims.</summary>
    public static readonly VictimCost None = new(0, int.MinValue, 0, 0, DateTimeOffset.MaxValue, 0);

    public static bool operator <(VictimCost left, VictimCost right) => left.CompareTo(right) < 0;

    public static bool operator >(VictimCost left, VictimCost right) => left.CompareTo(right) > 0;

    public static bool operator <=(VictimCost left, VictimCost right) => left.CompareTo(right) <= 0;

    public static bool operator >=(VictimCost left, VictimCost right) => left.CompareTo(right) >= 0;

    public int CompareTo(VictimCost other)
    {
        int order = CompareGrowing(other);
        order = order != 0 ? order : other.EarliestStart.CompareTo(EarliestStart);
        return order != 0 ? order : GpuTime.CompareTo(other.GpuTime);
    }

    /// <summary>Compares what only grows with further victims: where this is more than another's, no more victims make it less.</summary>
    public int CompareGrowing(VictimCost other)
    {
        int order = Violations.CompareTo(other.Violations);
        order = order != 0 ? order : HighestPriority.CompareTo(other.HighestPriority);
        order = order != 0 ? order : PrioritySum.CompareTo(other.PrioritySum);
        return order != 0 ? order : Count.CompareTo(other.Count);
    }
}
