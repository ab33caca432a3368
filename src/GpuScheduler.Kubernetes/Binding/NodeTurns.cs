namespace GpuScheduler.Kubernetes;

/// <summary>One pod after the other for each node, in this process: only the first of them asks the API server for the node's lock. Any thread.</summary>
internal sealed class NodeTurns(TimeProvider time)
{
    private readonly Dictionary<string, Turn> _turns = new(StringComparer.Ordinal);

    /// <summary>Waits for its turn.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before.</exception>
    public async Task<Turn> EnterAsync(string node, CancellationToken cancellation)
    {
        Turn? turn;
        lock (_turns)
        {
            if (!_turns.TryGetValue(node, out turn))
            {
                _turns.Add(node, turn = new Turn(time.GetTimestamp()));
            }

            turn.Pods++;
        }

        try
        {
            await turn.Gate.WaitAsync(cancellation).ConfigureAwait(false);
            return turn;
        }
        catch (OperationCanceledException)
        {
            Forget(node, turn);
            throw;
        }
    }

    /// <summary>The next one's turn.</summary>
    public void Leave(string node, Turn turn)
    {
        turn.Gate.Release();
        Forget(node, turn);
    }

    private void Forget(string node, Turn turn)
    {
        lock (_turns)
        {
            if (--turn.Pods == 0)
            {
                _turns.Remove(node);
                turn.Dispose();
            }
        }
    }

    /// <summary>The turn of one node.</summary>
    internal sealed class Turn(long began) : IDisposable
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        /// <summary>Pods whose turn it is or that wait for it; under the lock of all turns.</summary>
        public int Pods { get; set; }

        /// <summary>When the last of them got the node's lock, or the first came: a timestamp of the clock. Only who has the turn looks at it.</summary>
        public long Progressed { get; set; } = began;

        public void Dispose() => Gate.Dispose();
    }
}
