namespace GpuScheduler.Kubernetes;

/// <summary>Why all objects are listed.</summary>
public enum RelistReason
{
    /// <summary>Nothing is known yet.</summary>
    Start,

    /// <summary>The server no longer has the history since the last version seen (410 Gone).</summary>
    Expired,

    /// <summary>Something came that is no watch event, so that what it said is unknown.</summary>
    Malformed,

    /// <summary>The server is at an older version than the one seen: it was restored from a backup.</summary>
    WentBack,

    /// <summary>Watches open but end, or say nothing, before they prove that the view is current: a list does.</summary>
    Stale,
}
