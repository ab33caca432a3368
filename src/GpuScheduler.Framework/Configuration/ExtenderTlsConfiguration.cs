namespace GpuScheduler.Framework;

/// <summary>TLS towards an extender. Data is base64 and goes before the file of the same purpose.</summary>
public sealed record ExtenderTlsConfiguration
{
    /// <summary>The extender's certificate is not checked.</summary>
    public bool Insecure { get; init; }

    public string ServerName { get; init; } = "";

    public string CertFile { get; init; } = "";

    public string KeyFile { get; init; } = "";

    public string CaFile { get; init; } = "";

    public string CertData { get; init; } = "";

    public string KeyData { get; init; } = "";

    public string CaData { get; init; } = "";
}
