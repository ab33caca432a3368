namespace GpuScheduler.Emulator;

/// <summary>How a <see cref="FaultProxy"/> is set up.</summary>
public sealed class FaultProxyOptions
{
    /// <summary>The API server behind it, like <c>https://127.0.0.1:6443/</c>.</summary>
    public required Uri Upstream { get; init; }

    public required FaultPlan Plan { get; init; }

    /// <summary>The port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// Connects to the API server: carries client certificates and the authority that is trusted. It must neither follow redirects nor unpack answers.
    /// Null makes a plain one. The proxy does not dispose of it.
    /// </summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Takes the place of the credentials that clients send; null passes theirs on.</summary>
    public string? BearerToken { get; init; }
}
