using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using GpuScheduler.Emulator;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Live.Tests;

/// <summary>kube-apiserver over its own etcd, in a folder that goes when it goes.</summary>
internal sealed class RealServer : ILiveServer
{
    private const string Token = "live-tests";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly string _folder;
    private readonly List<Process> _processes = [];
    private readonly HttpClient _etcd = new();

    private readonly SocketsHttpHandler _handler = new() { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
    private Uri _api = null!;

    private RealServer(string folder)
    {
        _folder = folder;

        // The server's certificate is of its own making.
        _handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            using X509Certificate2 own = X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(InFolder("certs"), "apiserver.crt")));
            return certificate is not null && own.RawDataMemory.Span.SequenceEqual(certificate.GetRawCertData());
        };
    }

    public string Kubeconfig => File.ReadAllText(KubeconfigPath);

    private string KubeconfigPath => Path.Combine(_folder, "kubeconfig");

    /// <summary>Where the programs are; null: not here.</summary>
    public static string? Assets =>
        Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } folder && File.Exists(Path.Combine(folder, "kube-apiserver")) ? folder : null;

    public static async Task<RealServer> StartAsync()
    {
        RealServer server = new(Directory.CreateTempSubdirectory("gpusched-live-").FullName);
        try
        {
            await server.StartProcessesAsync(Assets!);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public ApiConnection Connect() =>
        ApiConnection.FromKubeconfig(KubeconfigPath, null, new ApiConnectionOptions { Qps = 0 }, TimeProvider.System);

    public async Task<FaultyServer> WithFaultsAsync(FaultPlan plan)
    {
        FaultProxy proxy = await FaultProxy.StartAsync(new FaultProxyOptions { Upstream = _api, Plan = plan, BearerToken = Token, Handler = _handler });
        return new FaultyServer(proxy.Address, proxy);
    }

    /// <summary>kube-apiserver has etcd do this every five minutes; its own caches of watches stay.</summary>
    public async Task ForgetHistoryAsync()
    {
        using HttpResponseMessage range = await _etcd.PostAsJsonAsync("v3/kv/range", new { key = "AA==", limit = "1" });
        JsonNode answer = (await range.Content.ReadFromJsonAsync<JsonNode>())!;
        using HttpResponseMessage compaction = await _etcd.PostAsJsonAsync("v3/kv/compaction", new { revision = (string)answer["header"]!["revision"]!, physical = true });
        string text = await compaction.Content.ReadAsStringAsync();
        Assert.That(compaction.IsSuccessStatusCode || text.Contains("required revision has been compacted", StringComparison.Ordinal), text);
    }

    public async ValueTask DisposeAsync()
    {
        _etcd.Dispose();
        _handler.Dispose();
        foreach (Process process in Enumerable.Reverse(_processes))
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartProcessesAsync(string assets)
    {
        int[] ports = FreePorts(3);
        string etcd = Url("http", ports[0]), api = Url("https", ports[2]);
        (_etcd.BaseAddress, _api) = (new Uri(etcd), new Uri(api));
        using (RSA key = RSA.Create(2048))
        {
            await File.WriteAllTextAsync(InFolder("sa.key"), key.ExportRSAPrivateKeyPem());
        }

        await File.WriteAllTextAsync(InFolder("tokens.csv"), $"{Token},admin,admin,system:masters\n");
        await File.WriteAllTextAsync(KubeconfigPath, $"""
            apiVersion: v1
            kind: Config
            clusters: [{"{"}name: live, cluster: {"{"}server: "{api}", insecure-skip-tls-verify: true{"}}"}]
            users: [{"{"}name: admin, user: {"{"}token: {Token}{"}}"}]
            contexts: [{"{"}name: live, context: {"{"}cluster: live, user: admin{"}}"}]
            current-context: live
            """);
        Start(
            assets, "etcd", "--data-dir", InFolder("etcd"), "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
            "--listen-peer-urls", Url("http", ports[1]), "--unsafe-no-fsync");
        Start(
            assets, "kube-apiserver", "--etcd-servers", etcd, "--bind-address", "127.0.0.1", "--secure-port", Text(ports[2]), "--cert-dir", InFolder("certs"),
            "--token-auth-file", InFolder("tokens.csv"), "--authorization-mode", "RBAC", "--service-account-key-file", InFolder("sa.key"),
            "--service-account-signing-key-file", InFolder("sa.key"), "--service-account-issuer", "https://kubernetes.default.svc",
            "--service-cluster-ip-range", "10.0.0.0/24", "--disable-admission-plugins", "ServiceAccount");
        await WaitUntilReadyAsync();
    }

    private async Task WaitUntilReadyAsync()
    {
        using ApiConnection connection = Connect();
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
                using HttpResponseMessage response = await connection.Client.GetAsync("api/v1/namespaces/default", limit.Token);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Not yet.
            }

            if (Stopwatch.GetElapsedTime(started) > StartLimit || _processes.Any(p => p.HasExited))
            {
                string log = await File.ReadAllTextAsync(InFolder("kube-apiserver.log"));
                throw new InvalidOperationException($"kube-apiserver did not start: {log[Math.Max(0, log.Length - 2000)..]}");
            }

            await Task.Delay(200);
        }
    }

    private void Start(string assets, string program, params string[] arguments)
    {
        // The shell is there for the log alone; it replaces itself.
        ProcessStartInfo start = new("/bin/sh") { UseShellExecute = false };
        foreach (string argument in (string[])["-c", "log=$1; shift; exec \"$@\" > \"$log\" 2>&1", "sh", InFolder(program + ".log"), Path.Combine(assets, program), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        _processes.Add(Process.Start(start)!);
    }

    private string InFolder(string name) => Path.Combine(_folder, name);

    private static string Url(string scheme, int port) => $"{scheme}://127.0.0.1:{Text(port)}";

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        int[] ports = [.. listeners.Select(l =>
        {
            l.Start();
            return ((IPEndPoint)l.LocalEndpoint).Port;
        })];
        foreach (TcpListener listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }
}
