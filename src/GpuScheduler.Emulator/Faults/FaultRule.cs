namespace GpuScheduler.Emulator;

/// <summary>How often one kind of fault strikes, and where.</summary>
/// <param name="Rate">The share of the requests that the kind can strike (writes, watches …): 0 to 1.</param>
public sealed record FaultRule(FaultKind Kind, double Rate)
{
    /// <summary>Like <c>POST</c>; null is any.</summary>
    public string? Method { get; init; }

    /// <summary>A part of the path, like <c>/binding</c>; null is any.</summary>
    public string? Path { get; init; }

    /// <summary>Of <see cref="FaultKind.Delay"/>: at most so long; of <see cref="FaultKind.Trickle"/>: each pause.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>What a 429 tells the client to wait, in whole seconds.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A watch goes well for at most so many events.</summary>
    public int MaxEvents { get; init; } = 20;

    /// <summary>Whether the kind can strike such a request at all.</summary>
    internal bool Concerns(string method, string path, bool isWatch)
    {
        bool isRead = method is "GET" or "HEAD";
        bool possible = Kind switch
        {
            FaultKind.CutWatch or FaultKind.EndWatch or FaultKind.SilentWatch or FaultKind.GarbageInWatch or FaultKind.ExpireWatch => isWatch,
            FaultKind.Duplicate or FaultKind.Conflict => !isRead,
            FaultKind.Gone => isRead,
            FaultKind.LoseAnswer => !isWatch,
            _ => true,
        };
        return possible && (Method == null || Method == method) && (Path == null || path.Contains(Path, StringComparison.Ordinal));
    }
}
