namespace GpuScheduler.Emulator;

/// <summary>The last changes of one resource, in order. Watches read it at their own pace; one that falls out of the window is told so.</summary>
internal sealed class History(int window, long startVersion)
{
    private readonly Lock _gate = new();
    private HistoryEntry?[] _ring = new HistoryEntry?[Math.Min(64, window)];
    private long _next;
    private long _count;
    private long _forgotten = startVersion;
    private TaskCompletionSource? _signal;

    /// <summary>The position after the newest change.</summary>
    public long End { get { lock (_gate) return _next; } }

    public void Append(HistoryEntry entry)
    {
        TaskCompletionSource? signal;
        lock (_gate)
        {
            if (_count == _ring.Length && _ring.Length < window) Grow();
            ref HistoryEntry? slot = ref _ring[_next % _ring.Length];
            if (_count == _ring.Length) _forgotten = slot!.Object.Version;
            else _count++;
            slot = entry;
            _next++;
            signal = _signal;
            _signal = null;
        }
        signal?.SetResult();
    }

    /// <summary>Drops every change, as an API server does whose watch cache starts anew: watches that go on from the past get 410.</summary>
    public void Forget(long version)
    {
        lock (_gate)
        {
            Array.Clear(_ring);
            _count = 0;
            _forgotten = version;
        }
    }

    /// <summary>The position of the first change after <paramref name="version"/>; throws Expired when that is no longer known.</summary>
    public long PositionAfter(long version)
    {
        lock (_gate)
        {
            if (version < _forgotten) throw ApiError.TooOld(version, _forgotten + 1);
            long low = _next - _count, high = _next;
            while (low < high)
            {
                long middle = low + ((high - low) / 2);
                if (_ring[middle % _ring.Length]!.Object.Version > version) high = middle;
                else low = middle + 1;
            }
            return low;
        }
    }

    /// <summary>Copies changes from <paramref name="position"/> on; false when some of them are forgotten.</summary>
    public bool TryRead(long position, List<HistoryEntry> into, int most)
    {
        lock (_gate)
        {
            if (position < _next - _count) return false;
            for (; position < _next && into.Count < most; position++) into.Add(_ring[position % _ring.Length]!);
            return true;
        }
    }

    /// <summary>Completes once there is a change at <paramref name="position"/>.</summary>
    public Task WaitAsync(long position)
    {
        lock (_gate)
        {
            if (_next > position) return Task.CompletedTask;
            _signal ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _signal.Task;
        }
    }

    private void Grow()
    {
        var larger = new HistoryEntry?[Math.Min(window, _ring.Length * 2)];
        for (long position = _next - _count; position < _next; position++) larger[position % larger.Length] = _ring[position % _ring.Length];
        _ring = larger;
    }
}
