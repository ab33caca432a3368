using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace GpuScheduler.Emulator.Tests;

/// <summary>A server that notes what it processes: echoes bodies, and sends on watches what the test writes to <see cref="Events"/>.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _application;

    private Upstream(Action<IApplicationBuilder>? middleware)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _application = builder.Build();
        middleware?.Invoke(_application);
        _application.Run(HandleAsync);
    }

    public ConcurrentQueue<string> Processed { get; } = new();

    public Channel<byte[]> Events { get; } = Channel.CreateUnbounded<byte[]>();

    public string WatchContentType { get; init; } = "application/json";

    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<Upstream> StartAsync(Action<IApplicationBuilder>? middleware = null, string watchContentType = "application/json")
    {
        var upstream = new Upstream(middleware) { WatchContentType = watchContentType };
        await upstream._application.StartAsync();
        return upstream;
    }

    public void Send(string line) => Events.Writer.TryWrite(Encoding.UTF8.GetBytes(line + "\n"));

    public async ValueTask DisposeAsync()
    {
        Events.Writer.TryComplete();
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        string body = await reader.ReadToEndAsync();
        Processed.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body}".TrimEnd());
        context.Response.Headers["X-Seen"] = context.Request.Headers.Authorization;
        if (!context.Request.Query.ContainsKey("watch"))
        {
            context.Response.StatusCode = context.Request.Method == "POST" ? 201 : 200;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("echo:" + body);
            return;
        }
        context.Response.ContentType = WatchContentType;
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await foreach (byte[] bytes in Events.Reader.ReadAllAsync(context.RequestAborted))
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
