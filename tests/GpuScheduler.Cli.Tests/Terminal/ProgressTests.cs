namespace GpuScheduler.Cli.Tests;

public sealed class ProgressTests
{
    [Test]
    public void Progress_shows_after_two_seconds_and_goes_away()
    {
        FakeTerminal terminal = Slow(showsProgress: true);
        Assert.That(terminal.Simulate("--policy best-fit,random"), Is.Zero);
        string[] shown = terminal.Error.Split('\r');
        Assert.That(shown, Has.Some.Contains("random, seed 42 (2 of 2) … 0%"));
        Assert.That(shown[^1], Is.Empty, "the line is erased in the end");
        Assert.That(shown[^2], Does.Match("^ +$"));
        Assert.That(shown.Count(s => s.Length > 0 && s.All(c => c == ' ')), Is.EqualTo(1), "and once only");
    }

    [Test]
    public void Nothing_shows_where_nobody_watches()
    {
        FakeTerminal terminal = Slow(showsProgress: false);
        Assert.That(terminal.Simulate("--policy best-fit,random"), Is.Zero);
        Assert.That(terminal.Error, Is.Empty);
    }

    [Test]
    public void Nothing_shows_within_the_first_two_seconds()
    {
        FakeTerminal terminal = new FakeTerminal { ShowsProgress = true }.With("nodes.csv", FakeTerminal.SmallNodes).With("pods.csv", FakeTerminal.SmallPods);
        Assert.That(terminal.Simulate("--policy best-fit,random"), Is.Zero);
        Assert.That(terminal.Error, Is.Empty);
    }

    private static FakeTerminal Slow(bool showsProgress) =>
        new FakeTerminal { ShowsProgress = showsProgress, Tick = TimeSpan.FromSeconds(1.1) }
            .With("nodes.csv", FakeTerminal.SmallNodes).With("pods.csv", FakeTerminal.SmallPods);
}
