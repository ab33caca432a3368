using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>The Status objects that faults answer with.</summary>
internal static class FaultStatus
{
    public static JsonObject Of(FaultRule rule) => rule.Kind switch
    {
        FaultKind.Conflict => Status(409, "Conflict", "injected fault: the object has been modified; please apply your changes to the latest version and try again"),
        FaultKind.Gone or FaultKind.ExpireWatch => Status(410, "Expired", "injected fault: too old resource version"),
        FaultKind.TooManyRequests => Status(429, "TooManyRequests", "injected fault: too many requests, please try again later", rule.RetryAfter),
        FaultKind.InternalError => Status(500, "InternalError", "injected fault: internal error"),
        FaultKind.Unavailable => Status(503, "ServiceUnavailable", "injected fault: the server is currently unable to handle the request"),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Kind, "has no status"),
    };

    private static JsonObject Status(int code, string reason, string message, TimeSpan? retryAfter = null)
    {
        var status = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Status",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
            ["reason"] = reason,
            ["code"] = code,
        };
        if (retryAfter is { } wait) status["details"] = new JsonObject { ["retryAfterSeconds"] = (int)wait.TotalSeconds };
        return status;
    }
}
