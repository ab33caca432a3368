using System.Text;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation.Tests;

/// <summary>Files that only exist in memory.</summary>
internal sealed class Files
{
    public const string NodeHeader = "sn,cpu_milli,memory_mib,gpu,model\n";

    public const string PodHeader = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n";

    public const string Nodes = NodeHeader + "n0,64000,262144,2,P100\nn1,96000,393216,8,G2\nn2,32000,65536,0,\n";

    public const string Pods = PodHeader + "p0,12000,16384,1,1000,\np1,6000,12288,1,460,G2|P100\np2,8000,30517,0,0,\np3,4000,0,8,1000,G2\n";

    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public static Files Trace(string nodes = Nodes, string pods = Pods, string? order = null)
    {
        Files files = new Files().With("nodes.csv", nodes).With("pods.csv", pods);
        return order is null ? files : files.With("order.txt", order);
    }

    public Files With(string path, string text) => With(path, Encoding.UTF8.GetBytes(text));

    public Files With(string path, byte[] content)
    {
        _files[path] = content;
        return this;
    }

    public (Workload? Workload, ConfigurationErrors Errors) Read(WorkloadSource source) => WorkloadInputs.Read(source, Open);

    /// <summary>Reads the trace's files.</summary>
    public (Workload? Workload, ConfigurationErrors Errors) ReadTrace(bool timed = false) => Read(new WorkloadSource
    {
        NodesPath = "nodes.csv",
        PodsPath = "pods.csv",
        OrderPath = _files.ContainsKey("order.txt") ? "order.txt" : null,
        Timed = timed,
        SchedulerName = "ours",
    });

    /// <summary>Reads the trace's files, which are good.</summary>
    public Workload Good(bool timed = false)
    {
        (Workload? workload, ConfigurationErrors errors) = ReadTrace(timed);
        Assert.That(errors.ToString(), Is.Empty);
        return workload!;
    }

    /// <summary>The errors of the trace's files, a line each.</summary>
    public string[] Errors(bool timed = false) => Lines(ReadTrace(timed));

    /// <summary>The errors of <paramref name="source"/>, a line each.</summary>
    public string[] Errors(WorkloadSource source) => Lines(Read(source));

    private static string[] Lines((Workload? Workload, ConfigurationErrors Errors) result)
    {
        Assert.That(result.Workload, Is.Null, "there are errors or a workload, not both");
        return [.. result.Errors.Select(e => e.ToString())];
    }

    private MemoryStream Open(string path) =>
        _files.TryGetValue(path, out byte[]? content) ? new MemoryStream(content) : throw new FileNotFoundException("not there", path);
}
