namespace GpuScheduler.Kubernetes;

/// <summary>What one bind request got back.</summary>
internal enum BindAnswerKind
{
    /// <summary>2xx.</summary>
    Done,

    /// <summary>404: no such pod.</summary>
    Gone,

    /// <summary>409: bound already, being deleted, or another pod of this name.</summary>
    Conflict,

    /// <summary>Certainly not carried out, and worth another try: no connection, 401, 408, 429.</summary>
    Busy,

    /// <summary>4xx: would be refused again.</summary>
    Refused,

    /// <summary>5xx: the server is through with it, but may have carried it out before it failed.</summary>
    Failed,

    /// <summary>No answer: it may still be carried out.</summary>
    Lost,
}
