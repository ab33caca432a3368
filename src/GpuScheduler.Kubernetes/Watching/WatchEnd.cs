namespace GpuScheduler.Kubernetes;

/// <summary>How a list or a watch ended.</summary>
public enum WatchEnd
{
    /// <summary>A list: complete.</summary>
    Listed,

    /// <summary>The server closed the watch in order.</summary>
    Closed,

    /// <summary>Nothing came any more and the time that was asked for is over: a dead connection.</summary>
    Silent,

    /// <summary>The connection failed, or the server broke off.</summary>
    Broken,

    /// <summary>The server answered with an error.</summary>
    Refused,

    /// <summary>The server cannot send protobuf; asked again for JSON.</summary>
    NotProtobuf,

    /// <summary>The server knows no streaming lists; asked again for a list in pages.</summary>
    NotStreaming,

    /// <summary>410 Gone, as HTTP status or as event.</summary>
    Expired,

    /// <summary>What came could not be understood.</summary>
    Malformed,

    /// <summary>The server is at an older version than the one seen.</summary>
    WentBack,
}
