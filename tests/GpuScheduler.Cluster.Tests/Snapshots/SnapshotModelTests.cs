using CsCheck;

namespace GpuScheduler.Cluster.Tests;

public sealed class SnapshotModelTests
{
    private static readonly Gen<CommandKind> Kinds = Gen.Frequency(
        (30, Gen.Const(CommandKind.Place)),
        (5, Gen.Const(CommandKind.PlaceWithoutDevices)),
        (12, Gen.Const(CommandKind.Remove)),
        (6, Gen.Const(CommandKind.Mark)),
        (5, Gen.Const(CommandKind.RollBack)),
        (8, Gen.Const(CommandKind.Fork)),
        (8, Gen.Const(CommandKind.Commit)),
        (3, Gen.Const(CommandKind.Reset)),
        (8, Gen.Const(CommandKind.Publish)),
        (6, Gen.Const(CommandKind.SetNodes)),
        (2, Gen.Const(CommandKind.RemoveNode)),
        (1, Gen.Const(CommandKind.Settle)));

    private static readonly Gen<Command[]> Commands = Gen
        .Select(Kinds, Gen.Int[0, 5], Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, 999], (k, t, a, b, c) => new Command(k, t, a, b, c))
        .Array[1, 120];

    [TestCase(2, 80)]
    [TestCase(9, 30)]
    [TestCase(67, 10)]
    public void Every_state_ever_shown_equals_a_naive_dictionary(int nodes, int sequences) => Commands.Sample(
        commands =>
        {
            ModelRun run = new(nodes);
            foreach (Command command in commands)
            {
                run.Do(command);
            }
        },
        iter: sequences,
        print: commands => string.Join('\n', commands.Select(c => c.ToString())));
}
