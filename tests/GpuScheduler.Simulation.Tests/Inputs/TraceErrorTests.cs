namespace GpuScheduler.Simulation.Tests;

public sealed class TraceErrorTests
{
    [TestCase("n0,64000,262144,20,P100", "nodes.csv:2:17: gpu: 20 is out of range; write a whole number from 0 to 16")]
    [TestCase("n0,64000,262144,-1,P100", "nodes.csv:2:17: gpu: -1 is out of range; write a whole number from 0 to 16")]
    [TestCase("n0,0,262144,2,P100", "nodes.csv:2:4: cpu_milli: 0 is out of range; write a whole number from 1 to 10000000")]
    [TestCase("n0,64000,-5,2,P100", "nodes.csv:2:10: memory_mib: -5 is out of range; write a whole number from 1 to 1073741824")]
    [TestCase("n0,64000,99999999999999999999,2,P100", "nodes.csv:2:10: memory_mib: \"99999999999999999999\" is not a whole number; write one from 1 to 1073741824")]
    [TestCase("n0,64 cores,262144,2,P100", "nodes.csv:2:4: cpu_milli: \"64 cores\" is not a whole number; write one from 1 to 10000000")]
    [TestCase("n0,,262144,2,P100", "nodes.csv:2:4: cpu_milli: is empty; write a whole number from 1 to 10000000")]
    [TestCase(",64000,262144,2,P100", "nodes.csv:2:1: sn: is empty; write a value")]
    [TestCase("n0,64000,262144,2,", "nodes.csv:2:19: model: is empty, and the node has GPUs; write their model")]
    [TestCase("n0,64000,2621", "nodes.csv:2:1: the row has 3 fields and the header has 5; complete the row, or remove it if the file was cut off here")]
    [TestCase("n0,64000,262144,2,A,B", "nodes.csv:2:1: the row has 6 fields and the header has 5; remove what is too much, or put the field with a comma in quotes")]
    [TestCase("n0,64000,262144,2,\"P100", "nodes.csv:2:19: the quote that opens here is not closed; close or remove it")]
    [TestCase("n0,64000,262144,2,\"P\"100", "nodes.csv:2:22: text follows a closing quote; write a comma before it, or the quote twice if it belongs to the field")]
    [TestCase("n0,64000,262144,2,P\"100", "nodes.csv:2:20: a quote stands within a field that does not begin with one; put the whole field in quotes and write this one twice")]
    public void A_bad_node_row_is_one_message(string row, string message) =>
        Assert.That(Files.Trace(nodes: $"{Files.NodeHeader}{row}").Errors(), Is.EqualTo(new[] { message }));

    [TestCase("p,1000,1,17,1000,", "pods.csv:2:10: num_gpu: 17 is out of range; write a whole number from 0 to 16")]
    [TestCase("p,1000,1,1.5,1000,", "pods.csv:2:10: num_gpu: \"1.5\" is not a whole number; write one from 0 to 16")]
    [TestCase("p,1000,1,1,0,", "pods.csv:2:12: gpu_milli: gpu_milli \"0\" asks for nothing of a GPU: write 1 to 1000, or num_gpu 0 for a pod without GPUs")]
    [TestCase("p,1000,1,1,-10,", "pods.csv:2:12: gpu_milli: -10 is out of range; write a whole number from 0 to 1000000")]
    [TestCase("p,0,1,1,1000,", "pods.csv:2:3: cpu_milli: 0 is out of range; write a whole number from 1 to 10000000")]
    [TestCase("p,1000,-1,1,1000,", "pods.csv:2:8: memory_mib: -1 is out of range; write a whole number from 0 to 1073741824")]
    [TestCase("p,1000,1,1,500,A||B", "pods.csv:2:16: gpu_spec: gpu_spec \"A||B\" has an empty model: write model names with \"|\" between them, or remove it")]
    public void A_bad_pod_row_is_one_message(string row, string message) =>
        Assert.That(Files.Trace(pods: $"{Files.PodHeader}{row}\n").Errors(), Is.EqualTo(new[] { message }));

    [Test]
    public void Duplicate_names_are_told_with_both_lines()
    {
        Assert.That(
            Files.Trace(nodes: Files.Nodes + "n1,1,1,0,\n", pods: Files.Pods + "p0,1,1,0,0,\n").Errors(),
            Is.EqualTo(new[] { "nodes.csv:5:1: sn: node n1 is on line 3 already; remove or rename one", "pods.csv:6:1: name: pod p0 is on line 2 already; remove or rename one" }));
    }

    [Test]
    public void Every_error_of_all_files_comes_at_once()
    {
        string[] errors = Files.Trace("sn,cpu_milli,memory_mib,gpu,model\nn0,x,y,99,\nn0,1,1,0,\n", Files.PodHeader + "p,1,1\n", "0\n7\nz\n").Errors();
        Assert.That(errors.Select(e => string.Join(":", e.Split(':').Take(3))), Is.EqualTo(new[]
        {
            "nodes.csv:2:4", "nodes.csv:2:6", "nodes.csv:2:8", "nodes.csv:2:11", "nodes.csv:3:1", "pods.csv:2:1", "order.txt:2:1", "order.txt:3:1",
        }));
    }

    [Test]
    public void Unknown_and_missing_columns_are_told_with_the_likely_name() =>
        Assert.That(Files.Trace(nodes: "sn,cpu_mili,memory_mib,gpu,model,rack\nn0,1,1,0,,r\n").Errors(), Is.EqualTo(new[]
        {
            "nodes.csv:1:4: unknown column \"cpu_mili\"; did you mean \"cpu_milli\"?",
            "nodes.csv:1:34: unknown column \"rack\"; remove it, the columns are sn, cpu_milli, memory_mib, gpu, model",
            "nodes.csv:1:1: cpu_milli: the column is missing; add it",
        }));

    [Test]
    public void A_column_that_comes_twice_is_an_error() =>
        Assert.That(Files.Trace(nodes: "sn,cpu_milli,memory_mib,gpu,model,gpu\nn0,1,1,0,,0\n").Errors(),
            Is.EqualTo(new[] { "nodes.csv:1:35: column \"gpu\" is there twice; remove one" }));

    [Test]
    public void A_table_without_header_is_told_which_to_write() =>
        Assert.That(Files.Trace(nodes: "n0,64000,262144,2,P100\n").Errors(),
            Is.EqualTo(new[] { "nodes.csv:1:1: the first line is no header of ours; write sn,cpu_milli,memory_mib,gpu,model" }));

    [Test]
    public void Lists_that_are_swapped_are_told_so() =>
        Assert.That(Files.Trace(nodes: Files.Pods, pods: Files.Nodes).Errors(),
            Is.EqualTo(new[] { "nodes.csv:1:1: is a pod list; give it with --pods", "pods.csv:1:1: is a node list; give it with --nodes" }));

    [Test]
    public void Empty_files_are_told_how_to_begin() =>
        Assert.That(Files.Trace("", Files.PodHeader, "\n").Errors(), Is.EqualTo(new[]
        {
            "nodes.csv:1:1: the file is empty; begin it with the header sn,cpu_milli,memory_mib,gpu,model",
            "pods.csv:1:1: the list has a header and no pod; add a pod a line",
            "order.txt:1:1: the file is empty; write a row number of the pod list a line",
        }));

    [Test]
    public void An_order_that_points_past_the_end_or_at_nothing_is_told() =>
        Assert.That(Files.Trace(order: "3\n4\n-1\nfour\n0").Errors(), Is.EqualTo(new[]
        {
            "order.txt:2:1: 4 points past the end of the pod list, which has 4 rows; write one from 0 to 3",
            "order.txt:3:1: \"-1\" is not the number of a row; write one of at least 0",
            "order.txt:4:1: \"four\" is not the number of a row; write one of at least 0",
        }));

    [Test]
    public void Binary_files_are_told_where_the_text_ends()
    {
        string[] errors = Files.Trace().With("nodes.csv", [(byte)'a', (byte)'\n', (byte)'b', 0xFF, 0xFE, 0]).With("pods.csv", new byte[100]).Errors();
        Assert.That(errors, Is.EqualTo(new[]
        {
            "nodes.csv:2:2: the file is not UTF-8 text from here on; save it as UTF-8",
            "pods.csv:1:1: the file is not UTF-8 text from here on; save it as UTF-8",
        }));
    }

    [Test]
    public void Huge_fields_are_told_and_what_follows_is_still_read()
    {
        string[] errors = Files.Trace(nodes: $"{Files.NodeHeader}{new string('x', 1 << 20)},1,1,0,\n\"{new string('y', 1 << 20)}\nn1,0,1,0,\n").Errors();
        Assert.That(errors, Is.EqualTo(new[]
        {
            "nodes.csv:2:1: a field is longer than 65536 characters; is this a CSV file?",
            "nodes.csv:3:1: the quote that opens here is not closed; close or remove it",
            "nodes.csv:4:4: cpu_milli: 0 is out of range; write a whole number from 1 to 10000000",
        }));
    }

    [Test]
    public void A_file_of_nothing_but_errors_ends_early_and_prints_short()
    {
        (_, Framework.ConfigurationErrors errors) = Files.Trace(nodes: Files.NodeHeader + string.Concat(Enumerable.Range(0, 5000).Select(i => $"n{i},0,1,0,\n"))).ReadTrace();
        Assert.That(errors, Has.Count.LessThan(1100));
        Assert.That(errors[^1].Message, Does.Contain("the rest was not read"));
        string[] printed = InputErrors.ToText(errors).Split('\n');
        Assert.That(printed, Has.Length.EqualTo(51));
        Assert.That(printed[^1], Is.EqualTo($"and {errors.Count - 50} more"));
    }

    [Test]
    public void Timed_traces_need_times_in_order()
    {
        Assert.That(Files.Trace().Errors(timed: true), Is.EqualTo(new[]
        {
            "pods.csv:1:1: creation_time: the column is missing and --timed needs it; add it, or remove --timed",
            "pods.csv:1:1: deletion_time: the column is missing and --timed needs it; add it, or remove --timed",
        }));
        const string Header = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,creation_time,deletion_time,scheduled_time\n";
        Assert.That(Files.Trace(pods: Header + "a,1,1,0,0,,5,\nb,1,1,0,0,9,8,\nc,1,1,0,0,5,9,4\n").Errors(timed: true), Is.EqualTo(new[]
        {
            "pods.csv:2:11: creation_time: is empty; write a whole number from 0 to 31536000000",
            "pods.csv:3:13: deletion_time: 8 is before creation_time, 9; correct one of them",
            "pods.csv:4:15: scheduled_time: 4 is before creation_time, 5; correct one of them",
        }));
    }

    [Test]
    public void Missing_files_are_told() =>
        Assert.That(new Files().Errors(new WorkloadSource { NodesPath = "a.csv", PodsPath = "b.csv", OrderPath = "c.txt" }), Is.EqualTo(new[]
        {
            "a.csv: there is no such file; correct the path",
            "b.csv: there is no such file; correct the path",
            "c.txt: there is no such file; correct the path",
        }));
}
