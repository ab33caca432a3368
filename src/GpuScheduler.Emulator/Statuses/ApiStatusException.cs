using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>A request the API refuses: the Status object that a client sees, as an exception in process.</summary>
public sealed class ApiStatusException : Exception
{
    internal ApiStatusException(int code, string reason, string message, JsonObject? details = null, string continueToken = "")
        : base(message)
    {
        Code = code;
        Reason = reason;
        Details = details;
        ContinueToken = continueToken;
    }

    /// <summary>The HTTP status code.</summary>
    public int Code { get; }

    /// <summary>Such as <c>NotFound</c>, <c>Conflict</c>, <c>AlreadyExists</c>, <c>Invalid</c>, <c>Expired</c>; empty where the API server names none.</summary>
    public string Reason { get; }

    internal JsonObject? Details { get; }

    internal string ContinueToken { get; }

    /// <summary>The Status object.</summary>
    public JsonObject ToStatus()
    {
        var metadata = new JsonObject();
        if (ContinueToken.Length > 0) metadata["continue"] = ContinueToken;
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = metadata,
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason.Length > 0) status["reason"] = Reason;
        if (Details is not null) status["details"] = Details.DeepClone();
        status["code"] = Code;
        return status;
    }
}
