using System.Text.Json;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Keeps a handler's view of one resource equal to the API server's, through every way in which lists and watches fail:
/// lists, watches from the version of the list on, and begins anew where it must. Deletions are inferred from complete lists only.
/// </summary>
/// <param name="client">Authenticated, without a timeout of its own.</param>
/// <param name="address">Of the API server.</param>
/// <param name="decoder">Used by this reflector alone.</param>
/// <param name="handler">Called on the task of <see cref="RunAsync"/>; what it throws ends that task.</param>
/// <param name="observer">For logs and metrics.</param>
/// <param name="options">How to list and watch.</param>
/// <param name="time">The clock.</param>
public sealed partial class Reflector<T>(
    HttpClient client,
    Uri address,
    IObjectDecoder<T> decoder,
    IObjectHandler<T> handler,
    IWatchObserver observer,
    ReflectorOptions options,
    TimeProvider time) : IObjectWatch
{
    /// <summary>A watch that lived so long was in order: the next failure is a first one.</summary>
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(1);

    private readonly ObjectStore<T> _store = new(decoder, handler);
    private readonly ListPage _page = new();
    private readonly Random _random = new(options.Seed);
    private bool _isProtobuf = decoder.HasProtobuf;
    private bool _mayStream = options.StreamingList;

    /// <summary>The store was equal to a complete list at <see cref="_version"/>, and a watch may go on from there.</summary>
    private bool _isComplete;

    /// <summary>The last step was a watch that the server agreed to: it can be reached, and yet may prove nothing.</summary>
    private bool _wasOpened;

    private bool _isSynced;
    private string _version = "";
    private RelistReason _reason = RelistReason.Start;

    /// <summary>Plural name, such as <c>pods</c>.</summary>
    public string Resource => decoder.Resource;

    /// <summary>How current the view is. Any thread.</summary>
    public WatchFreshness Freshness { get; } = new(time);

    /// <summary>Since the view was last proved current; null until the first complete list has been told. Any thread.</summary>
    public TimeSpan? Age => Freshness.Age;

    public bool IsListedSince(long timestamp) => Freshness.IsListedSince(timestamp);

    /// <summary>Lists and watches until it is cancelled, and then returns.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Backoff backoff = new(options.FirstBackoff, options.MaxBackoff, _random);
        try
        {
            while (true)
            {
                long began = time.GetTimestamp();
                bool isWatch = _isComplete || _mayStream;
                WatchEnding ending = await StepAsync(cancellation).ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
                bool wasStable = isWatch && _isComplete && time.GetElapsedTime(began) >= Stable;
                if (wasStable)
                {
                    backoff.Reset();
                }

                TimeSpan delay = Conclude(ending, wasStable) ? TimeSpan.Zero : Max(backoff.Next(), ending.RetryAfter);
                observer.Ended(Resource, ending.End, ending.Detail, delay);
                if (delay > TimeSpan.Zero)
                {
                    await Task.Delay(delay, time, cancellation).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private TimeSpan Max(TimeSpan backoff, TimeSpan asked)
    {
        TimeSpan capped = asked < options.MaxRetryAfter ? asked : options.MaxRetryAfter;
        return capped > backoff ? capped : backoff;
    }

    /// <summary>Draws the consequences of an ending; true: the next step may follow at once.</summary>
    private bool Conclude(WatchEnding ending, bool wasStable)
    {
        switch (ending.End)
        {
            case WatchEnd.NotProtobuf:
                bool wasProtobuf = _isProtobuf;
                _isProtobuf = false;
                return wasProtobuf;
            case WatchEnd.NotStreaming:
                _mayStream = false;
                return true;
            case WatchEnd.Expired:
                Relist(RelistReason.Expired);
                return false;
            case WatchEnd.Malformed:
                Relist(RelistReason.Malformed);
                return false;
            case WatchEnd.WentBack:
                Relist(RelistReason.WentBack);
                return false;
            default:
                if (_wasOpened && Age > 2 * options.WatchTime)
                {
                    Relist(RelistReason.Stale);
                }

                return ending.End == WatchEnd.Listed || (wasStable && ending.End is WatchEnd.Closed or WatchEnd.Silent);
        }
    }

    private void Relist(RelistReason reason)
    {
        // A first list that fails is still the first.
        _reason = _isSynced ? reason : RelistReason.Start;
        _isComplete = false;
    }

    /// <summary>One list or one watch, and every failure that is not the handler's.</summary>
    private async Task<WatchEnding> StepAsync(CancellationToken cancellation)
    {
        _wasOpened = false;
        using CancellationTokenSource deadline = new(Timeout.InfiniteTimeSpan, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            return _isComplete || _mayStream
                ? await WatchAsync(deadline, either.Token).ConfigureAwait(false)
                : await ListAsync(deadline, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return _isComplete || !_mayStream
                ? new WatchEnding(WatchEnd.Silent, "nothing came until the deadline")
                : new WatchEnding(WatchEnd.NotStreaming, "the streaming list did not end");
        }
        catch (Exception e) when (e is HttpRequestException or IOException && e is not InvalidDataException)
        {
            return new WatchEnding(WatchEnd.Broken, e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            return new WatchEnding(WatchEnd.Malformed, e.Message);
        }
    }

    /// <summary>Tells of a list that is now complete, read by a request that was sent at <paramref name="began"/>.</summary>
    private void CompleteList(string version, long began)
    {
        _store.EndList();
        (_version, _isComplete) = (version, true);
        observer.Listed(Resource, _store.Count, time.GetElapsedTime(began));
        if (!_isSynced)
        {
            _isSynced = true;
            handler.OnSynced();
        }

        Freshness.Listed(began);
    }

    private static ObjectMeta MetaOf(ReadOnlySpan<byte> value, bool isProtobuf) => isProtobuf ? ProtobufReading.Meta(value) : JsonReading.Meta(value);

    /// <summary>Decodes; false: told the observer why not, and <paramref name="key"/> is null where not even that can be read.</summary>
    private bool TryDecode(ReadOnlySpan<byte> value, bool isProtobuf, out T decoded, out ObjectKey? key)
    {
        try
        {
            decoded = isProtobuf ? decoder.DecodeProtobuf(value) : decoder.DecodeJson(value);
            key = null;
            return true;
        }
        catch (Exception e)
        {
            // Whatever a decoder throws at one object, the others go on.
            decoded = default!;
            key = TryReadKey(value, isProtobuf);
            observer.Undecodable(Resource, key, e.Message);
            return false;
        }
    }

    private static ObjectKey? TryReadKey(ReadOnlySpan<byte> value, bool isProtobuf)
    {
        try
        {
            ObjectKey key = MetaOf(value, isProtobuf).Key;
            return key.Name.Length > 0 ? key : null;
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            return null;
        }
    }
}
