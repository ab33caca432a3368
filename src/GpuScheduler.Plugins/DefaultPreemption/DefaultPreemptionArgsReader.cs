using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Reads <c>DefaultPreemptionArgs</c>: kube-scheduler's fields with its defaults and rules, and <c>evictBeyondBudgets</c> of our own. How many candidates to try is accepted
/// and without effect: every node is considered.
/// </summary>
internal static class DefaultPreemptionArgsReader
{
    public static PreemptionArgs Read(MapReader args)
    {
        int percentage = args.Int("minCandidateNodesPercentage", 0, 100, @default: 10);
        int absolute = args.Int("minCandidateNodesAbsolute", 0, int.MaxValue, @default: 100);
        if (percentage == 0 && absolute == 0)
        {
            args.Error("minCandidateNodesPercentage", "and minCandidateNodesAbsolute cannot both be zero; write a positive number for one of them");
        }

        return new PreemptionArgs { BeyondBudgets = args.Bool("evictBeyondBudgets", @default: false) };
    }
}
