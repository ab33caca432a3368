using System.Text.Json;
using System.Text.Json.Serialization;
using GpuScheduler.Kubernetes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GpuScheduler.Server;

/// <summary>Dumps of what the scheduler holds. Lists are written as they are made, as fast as the client reads.</summary>
internal sealed class DebugEndpoints(ISchedulerDebug source)
{
    private const string PlainText = "text/plain; charset=utf-8";

    private const string Index = """
        /debug/queue                  pods that wait, and why
        /debug/snapshot               every node: what is placed on it, what is free
        /debug/snapshot?node=NAME     one node
        /debug/pods/NAMESPACE/NAME    one pod, wherever it is
        /debug/config                 the configuration in force

        """;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        WriteIndented = true,
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/debug", () => Results.Text(Index, PlainText));
        routes.MapGet("/debug/queue", (CancellationToken cancellation) => Results.Json(source.QueueAsync(cancellation), Json));
        routes.MapGet("/debug/snapshot", Snapshot);
        routes.MapGet("/debug/pods/{podNamespace}/{name}", PodAsync);
        routes.MapGet("/debug/config", () => Results.Text(source.Configuration, PlainText));
    }

    private IResult Snapshot(string? node)
    {
        if (node is null)
        {
            return Results.Json(NodeDump.All(source.Snapshot), Json);
        }

        return NodeDump.Find(source.Snapshot, node) is { } found
            ? Results.Json(found, Json)
            : NotFound($"the snapshot has no node \"{node}\"");
    }

    private async Task<IResult> PodAsync(string podNamespace, string name, CancellationToken cancellation) =>
        await source.PodAsync(podNamespace, name, cancellation).ConfigureAwait(false) is { } pod
            ? Results.Json(pod, Json)
            : NotFound($"the scheduler does not know pod {podNamespace}/{name}");

    private static IResult NotFound(string message) => Results.Text(message + "\n", PlainText, statusCode: StatusCodes.Status404NotFound);
}
