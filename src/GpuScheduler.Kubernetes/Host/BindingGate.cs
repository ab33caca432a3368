using System.Collections.Immutable;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Open while decisions may be made: this replica leads and has seen everything that its predecessor did, and no watch is older than the limit.
/// </summary>
internal sealed class BindingGate(ImmutableArray<IObjectWatch> watches, TimeSpan limit) : IBindingGate
{
    /// <summary>The term in which decisions may be made; null: this replica stands by, or is catching up.</summary>
    private volatile LeaderTerm? _term;

    private volatile bool _isPaused;

    /// <summary>The term that is under way, or null.</summary>
    public LeaderTerm? Term => _term;

    public bool IsOpen => !_isPaused && _term is { IsValid: true } && IsFresh;

    /// <summary>True where every watch is young enough to decide by.</summary>
    public bool IsFresh
    {
        get
        {
            foreach (IObjectWatch watch in watches)
            {
                if (watch.Age is not { } age || age > limit)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>A term began and everything before it has been seen.</summary>
    public void Open(LeaderTerm term) => _term = term;

    public void Close() => _term = null;

    /// <summary>No more decisions, though the term goes on: what was decided may still be bound.</summary>
    public void Pause() => _isPaused = true;
}
