using System.CommandLine;
using GpuScheduler.Framework;
using GpuScheduler.Kubernetes;
using GpuScheduler.Server;

namespace GpuScheduler.Cli;

/// <summary>The options of <c>gpusched run</c>.</summary>
internal sealed class RunOptions
{
    private readonly Option<string?> _config = new("--config") { HelpName = "FILE", Description = "A KubeSchedulerConfiguration. Without one every default holds." };
    private readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        HelpName = "FILE",
        Description = "How to reach the API server. Without it: clientConnection.kubeconfig of the configuration, the service account of the pod that it runs in, "
            + "or $KUBECONFIG and ~/.kube/config, whichever is there first.",
    };

    private readonly Option<string?> _context = new("--context") { HelpName = "NAME", Description = "Context of the kubeconfig." };
    private readonly Option<string?> _server = new("--server", "--master")
    {
        HelpName = "URL",
        Description = "An API server that asks for no credentials, such as 'gpusched demo' or 'kubectl proxy'.",
    };

    private readonly Option<bool?> _leaderElect = new("--leader-elect") { Description = "Schedule only while holding the Lease; instead of the configuration's leaderElection.leaderElect." };
    private readonly Option<string> _metrics = new("--metrics-address")
    {
        HelpName = "ADDRESS",
        Description = "Where /livez, /readyz and /metrics are; 0 for nowhere.",
        DefaultValueFactory = _ => $":{ServerOptions.DefaultServingPort}",
    };

    private readonly Option<string> _debug = new("--debug-address")
    {
        HelpName = "ADDRESS",
        Description = "Where dumps of queue and snapshot are; 0 for nowhere.",
        DefaultValueFactory = _ => $"127.0.0.1:{ServerOptions.DefaultDebugPort}",
    };

    private readonly Option<string> _logFormat = new("--log-format") { HelpName = "FORMAT", Description = "text or json.", DefaultValueFactory = _ => "text" };
    private readonly Option<int> _verbosity = new("-v") { HelpName = "N", Description = "Verbosity, as kube-scheduler's: 4 and more logs each decision.", DefaultValueFactory = _ => 2 };
    private readonly Option<ulong> _seed = new("--seed") { HelpName = "N", Description = "Orders nodes of equal score.", DefaultValueFactory = _ => 42UL };

    public IEnumerable<Option> All => [_config, _kubeconfig, _context, _server, _leaderElect, _metrics, _debug, _logFormat, _verbosity, _seed];

    public string? Config(ParseResult parsed) => parsed.GetValue(_config);

    public int Verbosity(ParseResult parsed) => parsed.GetValue(_verbosity);

    public ulong Seed(ParseResult parsed) => parsed.GetValue(_seed);

    public bool? LeaderElect(ParseResult parsed) => parsed.GetValue(_leaderElect);

    public LogFormat Format(ParseResult parsed, ICollection<string> errors)
    {
        string text = parsed.GetValue(_logFormat)!;
        if (text is not ("text" or "json"))
        {
            errors.Add($"--log-format: \"{text}\" is unknown; write text or json");
        }

        return text == "json" ? LogFormat.Json : LogFormat.Text;
    }

    public ServerOptions Server(ParseResult parsed, ICollection<string> errors)
    {
        if (!ServerAddress.TryParse(parsed.GetValue(_metrics)!, "--metrics-address", out ServerAddress? metrics, out string? error))
        {
            errors.Add(error);
        }

        if (!ServerAddress.TryParse(parsed.GetValue(_debug)!, "--debug-address", out ServerAddress? debug, out error))
        {
            errors.Add(error);
        }

        return new ServerOptions { ServingAddress = metrics, DebugAddress = debug };
    }

    /// <summary>The way to the API server; null, and an error, where there is none.</summary>
    public ApiConnection? Connect(ParseResult parsed, ClientConnectionConfiguration configuration, TimeProvider time, ICollection<string> errors)
    {
        ApiConnectionOptions options = new() { Qps = configuration.Qps, Burst = configuration.Burst };
        string? server = parsed.GetValue(_server);
        string? kubeconfig = parsed.GetValue(_kubeconfig) ?? (configuration.Kubeconfig.Length > 0 ? configuration.Kubeconfig : null);
        string? context = parsed.GetValue(_context);
        if (server is not null)
        {
            if (Uri.TryCreate(server, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
            {
                return ApiConnection.To(address, options, time);
            }

            errors.Add($"--server: \"{server}\" is not a URL; write one such as http://127.0.0.1:8001");
            return null;
        }

        try
        {
            bool isInPod = kubeconfig is null && context is null && Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 };
            return isInPod ? ApiConnection.InCluster(options, time) : ApiConnection.FromKubeconfig(kubeconfig, context, options, time);
        }
        catch (ApiConnectionException e)
        {
            errors.Add(e.Message);
            return null;
        }
    }
}
