using CsCheck;

namespace GpuScheduler.Scheduling.Tests;

public sealed class BlockBestsTests
{
    [Test]
    public void The_winner_has_the_highest_score_then_the_lowest_key_then_the_lowest_number() =>
        Gen.Select(Gen.Int[0, 200], Gen.Select(Gen.Int[0, 199], Gen.Int[0, 3], Gen.ULong[0, 2], Gen.Int[0, 4]).Array[0, 400]).Sample((blocks, steps) =>
        {
            BlockBests bests = new();
            bests.Reset(blocks);
            Dictionary<int, (int Score, ulong Tie)> model = [];
            foreach ((int block, int score, ulong tie, int kind) in steps.Where(s => s.Item1 < blocks))
            {
                if (kind == 0)
                {
                    bests.Clear(block);
                    model.Remove(block);
                }
                else
                {
                    bests.Set(block, score, tie);
                    model[block] = (score, tie);
                }

                int expected = model.Count == 0 ? -1 : model.OrderByDescending(m => m.Value.Score).ThenBy(m => m.Value.Tie).ThenBy(m => m.Key).First().Key;
                Assert.That(bests.Winner([], []), Is.EqualTo(expected));
            }
        });
}
