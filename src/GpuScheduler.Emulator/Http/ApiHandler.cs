using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>Answers the requests of one server.</summary>
internal sealed class ApiHandler(EmulatedCluster cluster, EmulatorOptions options, CancellationToken stopping)
{
    public Task HandleAsync(HttpContext context)
    {
        context.Response.StatusCode = stopping.IsCancellationRequested ? 503 : 404;
        return context.Response.WriteAsync($"{cluster.Version} {options.Port}", context.RequestAborted);
    }
}
