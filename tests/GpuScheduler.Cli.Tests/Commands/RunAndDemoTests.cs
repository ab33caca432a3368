namespace GpuScheduler.Cli.Tests;

public sealed class RunAndDemoTests
{
    [Test]
    public void Run_names_everything_that_is_wrong_with_its_arguments_at_once()
    {
        FakeTerminal terminal = new();
        Assert.That(terminal.Run("run --config gone.yaml --server nonsense --metrics-address 1 --debug-address x:y --log-format xml"), Is.EqualTo(2));
        Assert.That(terminal.Messages, Has.Length.EqualTo(5));
        foreach (string part in new[] { "gone.yaml", "--server", "--metrics-address", "--debug-address", "--log-format" })
        {
            Assert.That(terminal.Messages, Has.Some.Contains(part));
        }
    }

    [Test]
    public void Run_says_what_is_wrong_in_the_configuration_and_where()
    {
        FakeTerminal terminal = new FakeTerminal().With("c.yaml", "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nparallelism: -3\nprofile: []\n");
        Assert.That(terminal.Run("run --config c.yaml --server http://127.0.0.1:1"), Is.EqualTo(2));
        Assert.That(terminal.Messages, Has.Some.Contains("c.yaml:3:14: parallelism").And.Some.Contains("profile"));
    }

    [Test]
    public void Run_says_which_kubeconfig_it_cannot_read()
    {
        FakeTerminal terminal = new();
        Assert.That(terminal.Run("run --kubeconfig /nowhere/kubeconfig"), Is.EqualTo(2));
        Assert.That(terminal.Messages.Single(), Does.Contain("/nowhere/kubeconfig"));
    }

    [Test]
    public void Demo_names_everything_that_is_wrong_with_its_arguments_at_once()
    {
        FakeTerminal terminal = new();
        Assert.That(terminal.Run("demo --for soon --port 70000 --rate 0"), Is.EqualTo(2));
        Assert.That(terminal.Messages.Select(m => m.Split(':')[0]), Is.EqualTo(new[] { "--for", "--port", "--rate" }));
    }

    [TestCase("500ms", 0.5)]
    [TestCase("30s", 30)]
    [TestCase("1.5m", 90)]
    [TestCase("2h", 7200)]
    public void Times_are_read_with_their_unit(string text, double seconds)
    {
        Assert.That(DemoTime.TryParse(text, out TimeSpan time), Is.True);
        Assert.That(time.TotalSeconds, Is.EqualTo(seconds));
    }

    [TestCase("")]
    [TestCase("10")]
    [TestCase("-1s")]
    [TestCase("0s")]
    [TestCase("25h")]
    public void What_is_no_time_is_refused(string text) => Assert.That(DemoTime.TryParse(text, out _), Is.False);
}
