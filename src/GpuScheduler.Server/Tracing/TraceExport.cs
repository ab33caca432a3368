using GpuScheduler.Kubernetes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GpuScheduler.Server;

/// <summary>
/// Sends traces of pods to an OpenTelemetry collector. On where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the other standard variables
/// (<c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, <c>OTEL_TRACES_SAMPLER</c>, <c>OTEL_SERVICE_NAME</c> …) hold as well.
/// </summary>
public sealed class TraceExport : IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string ServiceName = "OTEL_SERVICE_NAME";
    private readonly TracerProvider _provider;

    private TraceExport(TracerProvider provider) => _provider = provider;

    /// <summary>Starts to listen to <see cref="PodTrace"/>. Disposing of it sends what is still waiting.</summary>
    /// <param name="environment">The environment variables; null: those of the process.</param>
    /// <returns>Null where no endpoint is set.</returns>
    /// <exception cref="FormatException">The endpoint is not a URL.</exception>
    public static TraceExport? Start(IConfiguration? environment = null)
    {
        environment ??= new ConfigurationBuilder().AddEnvironmentVariables().Build();
        string? set = new[] { TracesEndpoint, Endpoint }.FirstOrDefault(name => !string.IsNullOrEmpty(environment[name]));
        if (set is null)
        {
            return null;
        }

        if (!Uri.TryCreate(environment[set], UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new FormatException($"{set} \"{environment[set]}\" is not a URL: write one such as http://collector:4317, or unset it to send no traces");
        }

        TracerProvider provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(environment))
            .ConfigureResource(resource => resource.AddService(environment[ServiceName] ?? "gpuscheduler", serviceVersion: Build.Version))
            .AddSource(PodTrace.SourceName)
            .AddOtlpExporter()
            .Build();
        return new TraceExport(provider);
    }

    public void Dispose() => _provider.Dispose();
}
