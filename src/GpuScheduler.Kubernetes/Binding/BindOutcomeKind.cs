namespace GpuScheduler.Kubernetes;

/// <summary>What became of a bind. See docs/binding.md for what is durable in each case.</summary>
public enum BindOutcomeKind
{
    /// <summary>The API server bound it as asked.</summary>
    Bound,

    /// <summary>It was bound as asked, by a request whose answer was lost.</summary>
    AlreadyBoundHere,

    /// <summary>Somebody bound it to another node, or with other devices.</summary>
    BoundElsewhere,

    /// <summary>It was deleted, or replaced by another pod of its name.</summary>
    PodGone,

    /// <summary>The server has certainly not bound it; worth another try.</summary>
    Retry,

    /// <summary>The server refuses it, and would again.</summary>
    Rejected,

    /// <summary>Its claims could not be bound, and nothing was sent of the pod itself; worth another try.</summary>
    VolumesNotBound,

    /// <summary>Nobody knows: the server did not answer, not even what the pod is now.</summary>
    Unknown,

    /// <summary>Never sent: this replica does not lead any more.</summary>
    Cancelled,
}
