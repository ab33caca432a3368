using CsCheck;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
public sealed class GangModelTests
{
    private static readonly Gen<(int Op, int A, int B)[]> Commands = Gen.Select(Gen.Int[0, 31], Gen.Int[0, 99], Gen.Int[0, 99]).Array[20, 250];

    [Test]
    public void Whatever_happens_a_gang_holds_nothing_or_what_it_needs_and_in_the_end_nothing_waits_that_has_room() =>
        Commands.Sample(
            commands =>
            {
                GangRun run = new(new GangSchedulingArgs { MaxReservations = 0 });
                foreach ((int op, int a, int b) in commands)
                {
                    run.Apply(op, a, b);
                    run.Check();
                }

                run.Settle();
                run.CheckNothingWaitsThatHasRoom();
            },
            iter: 500);

    [Test]
    public void Whatever_happens_nodes_are_reserved_for_waiting_gangs_alone_and_not_for_one_that_has_room() =>
        Commands.Sample(
            commands =>
            {
                GangRun run = new(new GangSchedulingArgs { ReservationAfter = TimeSpan.FromSeconds(20), WholeClusterReservationAfter = TimeSpan.FromSeconds(40), ReservationLimit = TimeSpan.FromMinutes(3) });
                foreach ((int op, int a, int b) in commands)
                {
                    run.Apply(op, a, b);
                    run.Check();
                }

                run.Settle();
                run.CheckReservations();
            },
            iter: 300);

    [Test]
    public void Gangs_that_fit_alone_and_not_together_go_one_after_the_other() =>
        Gen.Select(Gen.Int[2, 5], Gen.Int[5, 12], Gen.Int[0, 11].Array[40, 60]).Sample(
            (gangs, pods, order) =>
            {
                // Twelve devices; any two of these gangs want more.
                GangRun run = new(new GangSchedulingArgs());
                int min = Math.Max(pods, 7);
                for (int g = 0; g < gangs; g++)
                {
                    run.SetGang(g, min);
                }

                int[] next = new int[gangs];
                foreach (int o in order)
                {
                    int g = o % gangs;
                    if (next[g] < min)
                    {
                        run.Enqueue(g, next[g]++);
                        run.ScheduleAll();
                        run.Check();
                    }
                }

                for (int g = 0; g < gangs; g++)
                {
                    while (next[g] < min)
                    {
                        run.Enqueue(g, next[g]++);
                    }
                }

                HashSet<string> ran = [];
                for (int turn = 0; turn < gangs; turn++)
                {
                    run.Settle();
                    string[] placed = [.. run.Scheduler.Gangs.Gangs.Where(g => g.PlacedCount > 0).Select(g => g.Key.Name)];
                    Assert.That(placed, Has.Length.EqualTo(1), "one holds all that it needs, and nobody else anything");
                    ran.Add(placed[0]);
                    run.End(placed[0]);
                }

                Assert.That(ran, Has.Count.EqualTo(gangs));
            },
            iter: 100);
}
