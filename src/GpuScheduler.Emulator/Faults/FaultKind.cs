namespace GpuScheduler.Emulator;

/// <summary>What can go wrong between a client and an API server.</summary>
public enum FaultKind
{
    /// <summary>The request waits before it is processed.</summary>
    Delay,

    /// <summary>The connection is reset and nothing was processed.</summary>
    Drop,

    /// <summary>The request is processed; the connection is reset before any of the answer.</summary>
    LoseAnswer,

    /// <summary>A write is processed twice; the second answer is given.</summary>
    Duplicate,

    /// <summary>409 to a write, which is not processed.</summary>
    Conflict,

    /// <summary>410 Expired to a list or the begin of a watch.</summary>
    Gone,

    /// <summary>429 with Retry-After; not processed.</summary>
    TooManyRequests,

    /// <summary>500; not processed.</summary>
    InternalError,

    /// <summary>503; not processed.</summary>
    Unavailable,

    /// <summary>A watch is reset in the middle of an event.</summary>
    CutWatch,

    /// <summary>A watch ends cleanly between two events, which is what an API server does every few minutes.</summary>
    EndWatch,

    /// <summary>A watch says nothing any more and stays open.</summary>
    SilentWatch,

    /// <summary>An event that cannot be read stands between two others.</summary>
    GarbageInWatch,

    /// <summary>A watch ends with an ERROR event of status 410.</summary>
    ExpireWatch,

    /// <summary>The answer comes in small pieces with pauses between them.</summary>
    Trickle,
}
