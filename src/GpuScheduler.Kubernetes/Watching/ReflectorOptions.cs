namespace GpuScheduler.Kubernetes;

/// <summary>How a <see cref="Reflector{T}"/> lists and watches.</summary>
public sealed record ReflectorOptions
{
    /// <summary>Objects in one page of a list.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>Ask for the list as a stream first (servers from 1.32 have it on by default).</summary>
    public bool StreamingList { get; init; }

    /// <summary>
    /// Shortest life of a watch; each gets up to half as much again, by chance. Its end in order proves that nothing was missed, and in an
    /// idle cluster it is the only proof: kube-apiserver sends no bookmark where nothing changed since the watch began (seen on 1.20).
    /// So a view in order is at most 1.5 times this old, and a limit on its age must be larger. After twice this without proof there is a new list.
    /// </summary>
    public TimeSpan WatchTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A watch that is still open so long after its end is dead.</summary>
    public TimeSpan WatchSlack { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For one page; and the longest silence in a streaming list before the server counts as ignorant of it.</summary>
    public TimeSpan ListTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>First wait after a failure; doubles up to <see cref="MaxBackoff"/>.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A longer <c>Retry-After</c> is cut to this.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Of all random numbers: give each reflector its own.</summary>
    public int Seed { get; init; }
}
