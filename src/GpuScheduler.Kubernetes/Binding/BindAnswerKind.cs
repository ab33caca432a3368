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

    /// <summary>No answer, or 5xx: it may have been carried out, or still be (etcd can commit a write that the API server gave up on).</summary>
    Lost,
}
