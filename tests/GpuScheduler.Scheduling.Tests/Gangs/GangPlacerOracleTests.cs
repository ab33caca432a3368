using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Plugins;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>
/// Placements of small random gangs against every way there is. <c>GPUSCHED_GANG_CASES</c> sets how many; the counts are printed.
/// </summary>
public sealed class GangPlacerOracleTests
{
    private static int Cases => int.Parse(Environment.GetEnvironmentVariable("GPUSCHED_GANG_CASES") ?? "600", CultureInfo.InvariantCulture);

    private static int First => int.Parse(Environment.GetEnvironmentVariable("GPUSCHED_GANG_SEED") ?? "0", CultureInfo.InvariantCulture);

    [Test]
    public void Gangs_are_placed_wherever_they_fit_in_the_narrowest_domain_there_is_and_nowhere_else()
    {
        List<string> wrong = [];
        int feasible = 0, placed = 0, limited = 0, infeasible = 0, proved = 0;
        for (int seed = First; seed < First + Cases; seed++)
        {
            GangCase gang = new(seed);
            Profile profile = BuiltInPlugins.ProfileWith(TestCluster.SchedulerName, seed % 2 == 0 ? new GpuPacking() : new GpuBestFit());
            Draft state = gang.Writer.Working;
            if (!GangRules.Keeps(gang.Root, leaf => [.. leaf.Members.Where(m => m.IsPlaced).Select(m => state.NodeAt(m.Node))]))
            {
                // What runs breaks the rules already.
                continue;
            }

            string before = Describe(state);
            GangPlacement answer = new GangPlacer(new Evaluator(profile), GangCase.Levels, new GangPlacerOptions()).Place(gang.Root, state, 0);
            state.AssertInvariants();
            string seen = $"seed {seed}: {answer.Outcome} {answer.Message}";
            if (answer.Outcome == GangOutcome.Placed)
            {
                if (Broken(gang, answer) is { } broken)
                {
                    wrong.Add($"{seen}: {broken}");
                }

                state.RollBack(unchecked(state.Mark() - answer.Members.Length));
            }

            Expect(Describe(state) == before, $"{seen}: the state is not as before");
            GangOracle oracle = new GangOracle(gang).Solve();
            if (!oracle.IsFeasible)
            {
                infeasible++;
                proved += answer.Outcome == GangOutcome.CannotFit ? 1 : 0;
                Expect(answer.Outcome != GangOutcome.Placed && answer.Message.Length > 0, $"{seen}: there is no placement");
                continue;
            }

            feasible++;
            placed += answer.Outcome == GangOutcome.Placed ? 1 : 0;
            limited += answer.Outcome == GangOutcome.LimitReached ? 1 : 0;
            Expect(answer.Outcome != GangOutcome.CannotFit, $"{seen}: there is a placement");
            int level = answer.Level is null ? -1 : GangCase.Levels.IndexOf(answer.Level);
            Expect(
                answer.Outcome != GangOutcome.Placed || !oracle.CountsLevels || !IsWhole(gang.Root, answer) || oracle.Counted(level) == oracle.BestLevel,
                $"{seen}: in {answer.Level} {answer.Domain}, and level {oracle.BestLevel} would do\n{gang}");
        }

        TestContext.Out.WriteLine($"{feasible} feasible: {placed} placed, {limited} stopped at the limit; {infeasible} infeasible: {proved} proved so");
        Assert.That(wrong, Is.Empty, string.Join('\n', wrong));
        Assert.That(placed, Is.GreaterThanOrEqualTo(feasible * 0.995));

        void Expect(bool holds, string what)
        {
            if (!holds)
            {
                wrong.Add(what);
            }
        }
    }

    /// <summary>True where as many pods were placed as are needed, and none above the minimum.</summary>
    private static bool IsWhole(GroupUnit root, GangPlacement answer)
    {
        HashSet<Pod> placed = new(answer.Members.Select(m => m.Member.Pod), ReferenceEqualityComparer.Instance);
        IEnumerable<GroupUnit> leaves = root.Groups.IsEmpty ? [root] : root.Groups;
        return root.Group.MinGroups is null && root.Group.MinPods <= leaves.Sum(l => l.Group.MinPods)
            && leaves.All(l => l.Members.Count(m => m.IsPlaced || placed.Contains(m.Pod)) <= Math.Max(l.Group.MinPods, l.Members.Count(m => m.IsPlaced)));
    }

    /// <summary>What is wrong with a placement, resources, devices and levels counted anew; null: nothing.</summary>
    private static string? Broken(GangCase gang, GangPlacement answer)
    {
        Draft state = gang.Writer.Working;
        Dictionary<Pod, int> nodes = new(ReferenceEqualityComparer.Instance);
        foreach (MemberPlacement member in answer.Members)
        {
            nodes.Add(member.Member.Pod, member.Node);
            if (!On(state, member.Node).Exists(p => ReferenceEquals(p.Pod, member.Member.Pod) && p.Devices == member.Devices)
                || member.Devices.Count != member.Member.Class.Devices.Count)
            {
                return $"{member.Member.Pod} is not where the answer says";
            }

            if (!GangRules.MayJoin(member.Member.Pod, state.NodeAt(member.Node), gang.Running))
            {
                return $"{member.Member.Pod} is in a domain that exclusive topology keeps it out of";
            }
        }

        for (int node = 0; node < state.NodeCount; node++)
        {
            List<Placement> on = On(state, node);
            if (on.Sum(p => p.Class.Requested[ResourceNames.Cpu]) > state.NodeAt(node).Allocatable[ResourceNames.Cpu]
                || on.Count > state.NodeAt(node).Allocatable[ResourceNames.Pods]
                || on.Count(p => !p.Class.HostPorts.IsEmpty) > 1)
            {
                return $"node {node} has too little";
            }
        }

        return GangRules.Holds(
            gang.Root, leaf => [.. leaf.Members.Where(m => m.IsPlaced || nodes.ContainsKey(m.Pod)).Select(m => state.NodeAt(m.IsPlaced ? m.Node : nodes[m.Pod]))])
            ? null
            : $"levels or minimums are not kept in {answer.Level} {answer.Domain}: {Describe(state)}";
    }

    private static List<Placement> On(Draft state, int node)
    {
        List<Placement> on = [];
        foreach (Placement placement in state.BlockOf(node).PlacementsOn(node % Block.Size))
        {
            on.Add(placement);
        }

        return on;
    }

    private static string Describe(Draft state)
    {
        List<string> lines = [];
        for (int node = 0; node < state.NodeCount; node++)
        {
            lines.Add($"{node}: {string.Join(' ', On(state, node).Select(p => $"{p.Pod}:{p.Devices}").Order(StringComparer.Ordinal))}");
        }

        return string.Join('\n', lines);
    }
}
