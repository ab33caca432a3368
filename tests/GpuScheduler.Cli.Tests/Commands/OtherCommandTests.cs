namespace GpuScheduler.Cli.Tests;

public sealed class OtherCommandTests
{
    [TestCase("demo")]
    [TestCase("run")]
    [TestCase("simulate")]
    [TestCase("policies")]
    [TestCase("scenarios")]
    [TestCase("config check")]
    public void Help_shows_examples(string command)
    {
        FakeTerminal terminal = new();
        Assert.That(terminal.Run($"{command} --help"), Is.Zero);
        Assert.That(terminal.Out, Does.Contain("Examples:").And.Contain($"gpusched {command}"));
        Assert.That(terminal.Error, Is.Empty);
    }

    [Test]
    public void Help_lists_the_commands_and_exit_codes()
    {
        FakeTerminal terminal = new();
        Assert.That(terminal.Run("--help"), Is.Zero);
        Assert.That(terminal.Out, Does.Contain("run").And.Contain("demo").And.Contain("simulate").And.Contain("policies").And.Contain("scenarios").And.Contain("config").And.Contain("Exit codes"));
    }

    [Test]
    public void Policies_are_listed_one_a_line()
    {
        FakeTerminal terminal = new();
        Assert.That(terminal.Run("policies"), Is.Zero);
        Assert.That(
            terminal.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]),
            Is.EqualTo(new[] { "NAME", "default", "default-learned", "fgd", "best-fit", "worst-fit", "packing", "dot-product", "domain-best-fit", "first-fit", "random" }));
    }

    [Test]
    public void Scenarios_are_listed_with_what_they_are()
    {
        FakeTerminal terminal = new();
        Assert.That(terminal.Run("scenarios"), Is.Zero);
        foreach (string name in new[] { "mixed", "mixed-timed", "h100", "h100-gangs", "linked", "nvl72", "nvl72-gangs" })
        {
            Assert.That(terminal.Out, Does.Match($"(?m)^{name} +[0-9]"));
        }
    }

    [Test]
    public void A_scenario_that_was_printed_can_be_read_back()
    {
        FakeTerminal printed = new();
        Assert.That(printed.Run("scenarios mixed"), Is.Zero);
        FakeTerminal builtIn = new(), own = new FakeTerminal().With("mixed.yaml", printed.Out);
        Assert.That(builtIn.Run("simulate --scenario mixed --policy random --no-timings -o csv"), Is.Zero, builtIn.Error);
        Assert.That(own.Run("simulate --scenario mixed.yaml --policy random --no-timings -o csv"), Is.Zero, own.Error);
        Assert.That(own.Out, Is.EqualTo(builtIn.Out));
    }

    [Test]
    public void A_scenario_that_does_not_exist_is_refused()
    {
        FakeTerminal terminal = new();
        Assert.That(terminal.Run("scenarios nothing"), Is.EqualTo(ExitCodes.BadInput));
        Assert.That(terminal.Error, Does.Contain("there is no scenario \"nothing\"; choose from ").And.Contain("mixed-timed"));
        Assert.That(terminal.Out, Is.Empty);
    }

    [Test]
    public void Config_check_shows_the_plugins_of_each_profile_point_by_point()
    {
        FakeTerminal terminal = new FakeTerminal().With("config.yaml", RepositoryFiles.Read("scheduler-config.yaml"));
        Assert.That(terminal.Run("config check config.yaml"), Is.Zero, terminal.Error);
        Assert.That(terminal.Out, Does.StartWith("profile default-scheduler"));
        Assert.That(terminal.Out, Does.Match("(?m)^  Filter: .*GpuFit").And.Match("(?m)^  Score: .*GpuPriceScore"));
    }
}
