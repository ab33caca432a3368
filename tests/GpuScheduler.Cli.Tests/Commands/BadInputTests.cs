namespace GpuScheduler.Cli.Tests;

public sealed class BadInputTests
{
    private const string N = FakeTerminal.NodeHeader, P = FakeTerminal.PodHeader;

    [TestCase(N + "n0,64000,262", null, null, "nodes.csv:2:1: the row has 3 fields and the header has 5; complete the row, or remove it if the file was cut off here", TestName = "A truncated table")]
    [TestCase("sn,cpu_milli,memory_mib,gpu,model,rack\nn0,1,1,0,,r\n", null, null, "nodes.csv:1:35: unknown column \"rack\"; remove it, the columns are sn, cpu_milli, memory_mib, gpu, model", TestName = "An unknown column")]
    [TestCase(N + "n0,64000,262144,20,T4\n", null, null, "nodes.csv:2:17: gpu: 20 is out of range; write a whole number from 0 to 16", TestName = "A node with 20 GPUs")]
    [TestCase(N + "n0,1,1,0,\nn0,1,1,0,\n", null, null, "nodes.csv:3:1: sn: node n0 is on line 2 already; remove or rename one", TestName = "A duplicate name")]
    [TestCase(null, P + "p,1000,1,1,-10,\n", null, "pods.csv:2:12: gpu_milli: -10 is out of range; write a whole number from 0 to 1000000", TestName = "A negative request")]
    [TestCase(null, P + "p,1000,1,1,0,\n", null, "pods.csv:2:12: gpu_milli: gpu_milli \"0\" asks for nothing of a GPU: write 1 to 1000, or num_gpu 0 for a pod without GPUs", TestName = "A request for nothing")]
    [TestCase(null, P + "p,1000,1,1.5,1000,\n", null, "pods.csv:2:10: num_gpu: \"1.5\" is not a whole number; write one from 0 to 16", TestName = "One and a half GPUs")]
    public void Each_is_one_message_with_its_place_and_mend(string? nodes, string? pods, string? order, string message)
    {
        FakeTerminal terminal = FakeTerminal.WithTrace(nodes, pods, order);
        AssertRefused(terminal, terminal.Simulate(), message);
    }

    [Test]
    public void A_report_that_has_nowhere_to_go_is_refused_before_the_runs()
    {
        FakeTerminal terminal = FakeTerminal.WithTrace();
        Assert.That(terminal.Simulate("--report nowhere/report.html"), Is.EqualTo(ExitCodes.BadInput));
        Assert.That(terminal.Error, Does.StartWith("--report: nowhere/report.html: cannot be written").And.Contain("choose a folder that exists"));
        Assert.That(terminal.Out, Is.Empty);
    }

    [Test]
    public void One_and_a_half_of_a_shared_device_is_refused()
    {
        FakeTerminal dump = new FakeTerminal().With("dump.yaml", """
            apiVersion: v1
            kind: Node
            metadata: {name: gpu-0}
            status: {allocatable: {cpu: "8", memory: 64Gi, pods: "110", nvidia.com/gpu: "1"}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: a, annotations: {gpuscheduler.dev/gpu-fraction: "1.5"}}
            spec: {containers: [{name: c}]}
            """);
        Assert.That(dump.Run("simulate --cluster dump.yaml"), Is.EqualTo(ExitCodes.BadInput));
        Assert.That(dump.Messages, Has.Length.EqualTo(1));
        Assert.That(dump.Error, Does.StartWith("dump.yaml:8:").And.Contain("gpuscheduler.dev/gpu-fraction").And.Contain("1.5"));
        Assert.That(dump.Out, Is.Empty);
    }

    [Test]
    public void An_order_that_points_past_the_end_is_refused()
    {
        FakeTerminal terminal = FakeTerminal.WithTrace(order: "0\n24\n");
        Assert.That(terminal.Simulate(), Is.EqualTo(ExitCodes.BadInput));
        Assert.That(terminal.Messages, Has.Length.EqualTo(1));
        Assert.That(terminal.Error, Does.StartWith("order.txt:2:1: ").And.Contain("24").And.Contain("23"));
        Assert.That(terminal.Out, Is.Empty);
    }

    [TestCase("simulate --cluster bomb.yaml")]
    [TestCase("simulate --scenario bomb.yaml")]
    [TestCase("simulate --config bomb.yaml")]
    [TestCase("config check bomb.yaml")]
    public void A_yaml_bomb_is_refused(string commandLine)
    {
        string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        FakeTerminal terminal = new FakeTerminal().With("bomb.yaml", bomb);
        Assert.That(terminal.Run(commandLine), Is.EqualTo(ExitCodes.BadInput));
        Assert.That(terminal.Messages[0], Does.StartWith("bomb.yaml:"));
        Assert.That(terminal.Out, Is.Empty);
    }

    [TestCase("simulate --config config.yaml")]
    [TestCase("config check config.yaml")]
    public void A_configuration_that_names_an_unknown_plugin_is_refused(string commandLine)
    {
        FakeTerminal terminal = new FakeTerminal().With("config.yaml", """
            apiVersion: kubescheduler.config.k8s.io/v1
            kind: KubeSchedulerConfiguration
            profiles:
            - schedulerName: mine
              plugins:
                score:
                  enabled:
                  - name: GpuPriceScor
            """);
        Assert.That(terminal.Run(commandLine), Is.EqualTo(ExitCodes.BadInput));
        Assert.That(terminal.Messages, Has.Length.EqualTo(1));
        Assert.That(terminal.Error, Does.StartWith("config.yaml:8:").And.Contain("profiles[0].plugins.score.enabled[0]").And.Contain("GpuPriceScor").And.Contain("\"GpuPriceScore\""));
        Assert.That(terminal.Out, Is.Empty);
    }

    [TestCase("simulate --nodes gone.csv --pods pods.csv")]
    [TestCase("simulate --nodes nodes.csv --pods gone.csv")]
    [TestCase("simulate --nodes nodes.csv --pods pods.csv --order gone.txt")]
    [TestCase("simulate --nodes nodes.csv --pods pods.csv --tie-order gone.txt")]
    [TestCase("simulate --nodes nodes.csv --pods pods.csv --config gone.yaml")]
    [TestCase("simulate --cluster gone.yaml")]
    [TestCase("config check gone.yaml")]
    public void A_missing_file_is_named(string commandLine)
    {
        FakeTerminal terminal = FakeTerminal.WithTrace();
        AssertRefused(terminal, terminal.Run(commandLine), $"{commandLine.Split(' ').Single(w => w.StartsWith("gone", StringComparison.Ordinal))}: there is no such file; correct the path");
    }

    [Test]
    public void A_scenario_that_is_neither_built_in_nor_a_file_is_refused()
    {
        FakeTerminal terminal = new();
        Assert.That(terminal.Run("simulate --scenario mixd"), Is.EqualTo(ExitCodes.BadInput));
        Assert.That(terminal.Error, Does.Contain("mixd").And.Contain("mixed"));
        Assert.That(terminal.Out, Is.Empty);
    }

    [Test]
    public void An_unknown_policy_is_refused_with_those_there_are()
    {
        FakeTerminal terminal = FakeTerminal.WithTrace();
        AssertRefused(
            terminal,
            terminal.Simulate("--policy fgd,bestfit"),
            "--policy: there is no policy \"bestfit\"; choose from default, default-learned, fgd, best-fit, worst-fit, packing, dot-product, domain-best-fit, first-fit, random");
    }

    [TestCase("--policy ,", "--policy names no policy; write some, such as default,fgd,best-fit,packing,random")]
    [TestCase("--seed 4x", "--seed: \"4x\" is not a whole number; write one such as 42, or several such as 42,43,44")]
    [TestCase("--seed -1", "--seed: \"-1\" is not a whole number; write one such as 42, or several such as 42,43,44")]
    [TestCase("--seed 18446744073709551616", "--seed: \"18446744073709551616\" is not a whole number; write one such as 42, or several such as 42,43,44")]
    [TestCase("--seed ,", "--seed names no seed; write one such as 42, or several such as 42,43,44")]
    [TestCase("-o xml", "--output: \"xml\" is no format; write table, wide, json, yaml or csv")]
    [TestCase("-o 2", "--output: \"2\" is no format; write table, wide, json, yaml or csv")]
    [TestCase("-o table,wide", "--output: \"table,wide\" is no format; write table, wide, json, yaml or csv")]
    public void A_bad_option_is_refused(string option, string message)
    {
        FakeTerminal terminal = FakeTerminal.WithTrace();
        AssertRefused(terminal, terminal.Simulate(option), message);
    }

    [Test]
    public void All_that_is_wrong_comes_at_once()
    {
        FakeTerminal terminal = FakeTerminal.WithTrace(nodes: N + "n0,x,y,2,T4\n");
        Assert.That(terminal.Simulate("--policy nobody --seed z -o xml --config gone.yaml"), Is.EqualTo(ExitCodes.BadInput));
        Assert.That(terminal.Messages.Select(m => m.Split(' ')[0]), Is.EqualTo(new[] { "--output:", "--seed:", "gone.yaml:", "--policy:", "nodes.csv:2:4:", "nodes.csv:2:6:" }));
        Assert.That(terminal.Out, Is.Empty);
    }

    [Test]
    public void A_tie_order_must_name_nodes_of_the_cluster_once()
    {
        FakeTerminal terminal = FakeTerminal.WithTrace().With("ties.txt", "n0\nnobody\nn1\n\n003-n0\n");
        AssertRefused(
            terminal,
            terminal.Simulate("--tie-order ties.txt"),
            "ties.txt:2: there is no node \"nobody\"; write the name of a node of the cluster",
            "ties.txt:5: node \"n0\" is listed already; remove one of the two lines");
    }

    [TestCase("simulate --polcy fgd")]
    [TestCase("simulate extra")]
    [TestCase("simulat")]
    [TestCase("simulate --workload-seed x")]
    [TestCase("config check")]
    public void A_command_line_that_makes_no_sense_points_to_help(string commandLine)
    {
        FakeTerminal terminal = new();
        Assert.That(terminal.Run(commandLine), Is.EqualTo(ExitCodes.BadInput));
        Assert.That(terminal.Messages[0], Does.StartWith("gpusched: "));
        Assert.That(terminal.Messages[^1], Is.EqualTo("See 'gpusched --help'."));
        Assert.That(terminal.Out, Is.Empty);
    }

    [Test]
    public void A_report_is_not_begun_where_the_input_is_bad()
    {
        FakeTerminal terminal = FakeTerminal.WithTrace(nodes: N);
        Assert.That(terminal.Simulate("--report r.html"), Is.EqualTo(ExitCodes.BadInput));
        Assert.That(terminal.Has("r.html"), Is.False);
    }

    private static void AssertRefused(FakeTerminal terminal, int exitCode, params string[] messages)
    {
        Assert.That(exitCode, Is.EqualTo(ExitCodes.BadInput));
        Assert.That(terminal.Messages, Is.EqualTo(messages));
        Assert.That(terminal.Out, Is.Empty);
    }
}
