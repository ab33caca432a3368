namespace GpuScheduler.Kubernetes;

/// <summary>What a watch says of an object; Kubernetes' names.</summary>
public enum WatchEventType
{
    Added,
    Modified,
    Deleted,

    /// <summary>No object: everything up to its resource version has been sent.</summary>
    Bookmark,

    /// <summary>No object but a <c>Status</c>: the watch cannot go on.</summary>
    Error,
}
