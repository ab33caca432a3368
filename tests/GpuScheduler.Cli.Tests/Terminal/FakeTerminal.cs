using System.Text;
using System.Text.Json;

namespace GpuScheduler.Cli.Tests;

/// <summary>Files, output and a clock in memory, and the command run on them.</summary>
internal sealed class FakeTerminal
{
    public const string NodeHeader = "sn,cpu_milli,memory_mib,gpu,model\n";

    public const string PodHeader = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n";

    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    public bool ShowsProgress { get; init; }

    /// <summary>How far each look at the clock moves it.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(1);

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    /// <summary>What went to <see cref="Error"/>, line by line.</summary>
    public string[] Messages => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public string this[string path] => Encoding.UTF8.GetString(_files[path]);

    /// <summary>Two nodes of four devices, and pods that ask for 10.1 devices in all: some are lost.</summary>
    public static FakeTerminal WithTrace(string? nodes = null, string? pods = null, string? order = null)
    {
        FakeTerminal terminal = new FakeTerminal().With("nodes.csv", nodes ?? SmallNodes).With("pods.csv", pods ?? SmallPods);
        return order is null ? terminal : terminal.With("order.txt", order);
    }

    public static string SmallNodes => NodeHeader + "n0,64000,262144,4,T4\nn1,64000,262144,4,A100\nn2,32000,65536,0,\n";

    public static string SmallPods => PodHeader + string.Concat(Enumerable.Range(0, 24).Select(i => (i % 6) switch
    {
        0 => $"p{i:D2},4000,1024,1,500,\n",
        1 => $"p{i:D2},4000,1024,1,330,\n",
        2 => $"p{i:D2},2000,1024,0,0,\n",
        3 => $"p{i:D2},4000,1024,1,1000,A100\n",
        4 => $"p{i:D2},4000,1024,1,190,T4\n",
        _ => $"p{i:D2},4000,1024,1,500,\n",
    }));

    public FakeTerminal With(string path, string text)
    {
        _files[path] = Encoding.UTF8.GetBytes(text);
        return this;
    }

    public bool Has(string path) => _files.ContainsKey(path);

    /// <summary>Runs a command line; arguments are separated by spaces.</summary>
    public int Run(string commandLine)
    {
        using StringWriter output = new(_out), error = new(_error);
        Terminal terminal = new(output, error, ShowsProgress, Open, Create, new TickingClock(Tick));
        return CommandLine.RunAsync(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries), terminal).GetAwaiter().GetResult();
    }

    /// <summary>Simulates the small trace.</summary>
    public int Simulate(string options = "") =>
        Run($"simulate --nodes nodes.csv --pods pods.csv {(Has("order.txt") ? "--order order.txt" : "")} {options}");

    /// <summary>Simulates the small trace, which goes well, and returns the JSON.</summary>
    public JsonElement Json(string options = "")
    {
        Assert.That(Simulate($"-o json {options}"), Is.Zero, Error);
        return JsonDocument.Parse(Out).RootElement;
    }

    private MemoryStream Open(string path) =>
        _files.TryGetValue(path, out byte[]? content) ? new MemoryStream(content) : throw new FileNotFoundException("not there", path);

    /// <summary>Paths below <c>nowhere/</c> are in a folder that does not exist.</summary>
    private Kept Create(string path) => path.StartsWith("nowhere/", StringComparison.Ordinal)
        ? throw new DirectoryNotFoundException($"Could not find a part of the path '{path}'.")
        : new(content => _files[path] = content);

    private sealed class Kept(Action<byte[]> keep) : MemoryStream
    {
        protected override void Dispose(bool disposing)
        {
            if (CanRead)
            {
                keep(ToArray());
            }

            base.Dispose(disposing);
        }
    }

    private sealed class TickingClock(TimeSpan tick) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += tick.Ticks;
    }
}
