using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Server.Tests;

/// <summary>A receiver of OTLP over HTTP that keeps what it gets.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _application;

    private Collector(WebApplication application) => _application = application;

    public ConcurrentQueue<string> Received { get; } = [];

    public string Address => _application.Urls.First();

    public static async Task<Collector> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        Collector collector = new(application);
        application.MapPost("/v1/traces", async (HttpContext context) =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            // Protobuf: strings stand in it as they are.
            collector.Received.Enqueue(Encoding.UTF8.GetString(body.ToArray()));
        });
        await application.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
