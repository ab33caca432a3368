using System.Net;
using k8s;
using k8s.Exceptions;

namespace GpuScheduler.Kubernetes;

/// <summary>An authenticated way to one API server. Without a timeout of its own: watches last, and who asks knows how long to wait.</summary>
public sealed class ApiConnection : IDisposable
{
    private readonly k8s.Kubernetes _kubernetes;
    private readonly ApiRequestHandler _signing;

    private ApiConnection(KubernetesClientConfiguration configuration, ApiConnectionOptions options, TimeProvider time)
    {
        configuration.UserAgent = null;
        configuration.FirstMessageHandlerSetup = handler => SetUp(handler, configuration);
        _signing = new ApiRequestHandler(k8s.Kubernetes.CreateCredentials(configuration), options.UserAgent);
        _kubernetes = new k8s.Kubernetes(configuration, _signing);
        BaseAddress = _kubernetes.BaseUri;
        Client = Over(_signing);
        LimitedClient = Over(new WriteLimitHandler(new WriteLimiter(options.Qps, options.Burst, time), _signing));
    }

    /// <summary>Ends with a slash.</summary>
    public Uri BaseAddress { get; }

    /// <summary>For watches and for what must not wait, such as the renewal of the lease.</summary>
    public HttpClient Client { get; }

    /// <summary>The same, but writes wait for their turn under <see cref="ApiConnectionOptions.Qps"/>.</summary>
    public HttpClient LimitedClient { get; }

    /// <summary>As a kubeconfig says.</summary>
    /// <param name="path">Of the file; null: the first of <c>$KUBECONFIG</c>, or <c>~/.kube/config</c>.</param>
    /// <param name="context">Of the file; null: its <c>current-context</c>.</param>
    /// <param name="options">How to talk to the server.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ApiConnectionException">The file cannot be used.</exception>
    public static ApiConnection FromKubeconfig(string? path, string? context, ApiConnectionOptions options, TimeProvider time)
    {
        string file = path ?? DefaultPath();
        KubernetesClientConfiguration configuration = KubeconfigFile.Load(file, context);
        try
        {
            return new ApiConnection(configuration, options, time);
        }
        catch (Exception e) when (e is KubeConfigException or FormatException or IOException or System.Security.Cryptography.CryptographicException)
        {
            throw new ApiConnectionException($"kubeconfig {file}: the certificates or keys of its user cannot be used: {e.Message}", e);
        }
    }

    /// <summary>As the service account of the pod that this runs in; its token is read anew as it is renewed.</summary>
    /// <exception cref="ApiConnectionException">This runs in no pod, or in one without a service account's token.</exception>
    public static ApiConnection InCluster(ApiConnectionOptions options, TimeProvider time)
    {
        try
        {
            return new ApiConnection(KubernetesClientConfiguration.InClusterConfig(), options, time);
        }
        catch (Exception e) when (e is KubeConfigException or IOException or FormatException or System.Security.Cryptography.CryptographicException)
        {
            throw new ApiConnectionException(
                $"in-cluster: {e.Message}; run it in a pod whose service account's token is mounted, or give a kubeconfig", e);
        }
    }

    /// <summary>To a server that asks for no credentials, such as the emulator or <c>kubectl proxy</c>.</summary>
    public static ApiConnection To(Uri address, ApiConnectionOptions options, TimeProvider time) =>
        new(new KubernetesClientConfiguration { Host = address.AbsoluteUri }, options, time);

    /// <summary>Sends to <see cref="LimitedClient"/> and returns with the headers; a relative address is one of the server's.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        LimitedClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);

    public void Dispose()
    {
        Client.Dispose();
        LimitedClient.Dispose();
        _kubernetes.Dispose();
        _signing.Dispose();
    }

    private static string DefaultPath() =>
        Environment.GetEnvironmentVariable("KUBECONFIG")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()
        ?? KubernetesClientConfiguration.KubeConfigDefaultLocation;

    private static void SetUp(SocketsHttpHandler handler, KubernetesClientConfiguration configuration)
    {
        handler.EnableMultipleHttp2Connections = true;
        handler.MaxConnectionsPerServer = int.MaxValue;
        handler.ConnectTimeout = TimeSpan.FromSeconds(10);
        handler.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1);
        handler.AutomaticDecompression = DecompressionMethods.None;
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;

        // A connection that died without a word is found out in less than the life of a watch.
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
        handler.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
        handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
        if (!string.IsNullOrEmpty(configuration.TlsServerName))
        {
            handler.SslOptions.TargetHost = configuration.TlsServerName;
        }
    }

    private HttpClient Over(HttpMessageHandler handler) =>
        new(handler, disposeHandler: false) { BaseAddress = BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
}
