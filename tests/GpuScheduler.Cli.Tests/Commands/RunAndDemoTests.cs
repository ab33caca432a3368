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
}
