using System.Collections.Immutable;
using System.Text;
using GpuScheduler.Kubernetes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Server;

/// <summary>
/// Health checks under one path, answered as Kubernetes' own components answer (<c>?verbose</c>, <c>?exclude=NAME</c>, <c>/PATH/NAME</c>; 200 or 500),
/// except that the reason of a failure is told.
/// </summary>
internal sealed partial class HealthEndpoint(string name, ImmutableArray<HealthCheck> checks, ILogger log)
{
    private const string PlainText = "text/plain; charset=utf-8";
    private static readonly string[] Methods = ["GET", "HEAD"];

    /// <summary>What failed when last asked; empty for nothing. Set by whoever asks, to log each change once.</summary>
    private string _lastFailure = "";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods($"/{name}", Methods, AnswerAll);
        foreach (HealthCheck check in checks)
        {
            routes.MapMethods($"/{name}/{check.Name}", Methods, () => AnswerOne(check));
        }
    }

    private IResult AnswerAll(HttpContext context)
    {
        HashSet<string> excluded = [.. context.Request.Query["exclude"].OfType<string>()];
        StringBuilder lines = new();
        List<string> failures = [];
        foreach (HealthCheck check in checks)
        {
            if (excluded.Remove(check.Name))
            {
                lines.Append("[+]").Append(check.Name).Append(" excluded: ok\n");
            }
            else if (ProblemOf(check) is { } problem)
            {
                failures.Add($"{check.Name}: {problem}");
                lines.Append("[-]").Append(check.Name).Append(" failed: ").Append(problem).Append('\n');
            }
            else
            {
                lines.Append("[+]").Append(check.Name).Append(" ok\n");
            }
        }

        if (excluded.Count > 0)
        {
            lines.Append("warn: some health checks cannot be excluded: no matches for ")
                .AppendJoin(", ", excluded.Order(StringComparer.Ordinal).Select(n => $"\"{n}\"")).Append('\n');
        }

        Note(string.Join("; ", failures));
        if (failures.Count == 0 && !context.Request.Query.ContainsKey("verbose"))
        {
            return Results.Text("ok", PlainText);
        }

        lines.Append(name).Append(failures.Count == 0 ? " check passed\n" : " check failed\n");
        return Results.Text(lines.ToString(), PlainText, statusCode: failures.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError);
    }

    private static IResult AnswerOne(HealthCheck check) => ProblemOf(check) is { } problem
        ? Results.Text($"internal server error: {problem}\n", PlainText, statusCode: StatusCodes.Status500InternalServerError)
        : Results.Text("ok", PlainText);

    /// <summary>A check that throws has failed.</summary>
    private static string? ProblemOf(HealthCheck check)
    {
#pragma warning disable CA1031 // Whatever breaks in a check must be told by the probe, not break it.
        try
        {
            return check.Problem();
        }
        catch (Exception e)
        {
            return $"the check broke: {e.Message}";
        }
#pragma warning restore CA1031
    }

    private void Note(string failure)
    {
        string before = Interlocked.Exchange(ref _lastFailure, failure);
        if (failure.Length > 0 && before.Length == 0)
        {
            LogFailed(log, name, failure);
        }
        else if (failure.Length == 0 && before.Length > 0)
        {
            LogPassed(log, name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Endpoint} check failed: {Failures}")]
    private static partial void LogFailed(ILogger log, string endpoint, string failures);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Endpoint} check passed again")]
    private static partial void LogPassed(ILogger log, string endpoint);
}
