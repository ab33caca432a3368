using System.Buffers;
using System.IO.Pipelines;
using System.Net;

namespace GpuScheduler.Kubernetes;

/// <content>Watches, and lists that come as the beginning of a watch.</content>
public sealed partial class Reflector<T>
{
    /// <summary>Holds a frame that does not lie in one piece.</summary>
    private byte[] _scratch = [];

    private async Task<WatchEnding> WatchAsync(CancellationTokenSource deadline, CancellationToken cancellation)
    {
        long began = time.GetTimestamp();
        TimeSpan term = TimeSpan.FromSeconds(Math.Ceiling(options.WatchTime.TotalSeconds * (1 + (_random.NextDouble() / 2))));
        bool isList = !_isComplete;
        if (isList)
        {
            observer.ListStarted(Resource, _reason);
            _store.BeginList();
        }

        deadline.CancelAfter(isList ? options.ListTimeout : term + options.WatchSlack);
        using HttpResponseMessage response = await SendAsync(WatchQuery(term, isList), isWatch: true, cancellation).ConfigureAwait(false);
        if (await RefusalAsync(response, cancellation).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        _wasOpened = true;
        bool isProtobuf = IsProtobuf(response);
        Stream stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        PipeReader reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 << 10));
        try
        {
            while (true)
            {
                ReadResult read = await reader.ReadAsync(cancellation).ConfigureAwait(false);
                ReadOnlySequence<byte> received = read.Buffer;
                WatchEnding? ending = Apply(ref received, isProtobuf, began);
                bool isCut = read.IsCompleted && !received.IsEmpty;
                reader.AdvanceTo(received.Start, received.End);
                if (ending is { } end)
                {
                    return end;
                }

                if (read.IsCompleted)
                {
                    return Closed(isCut, began, term);
                }

                if (isList)
                {
                    // As long as the list goes on it may take its time; from its end on the watch has its own.
                    isList = !_isComplete;
                    deadline.CancelAfter(isList ? options.ListTimeout : Left(began, term));
                }
            }
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private string WatchQuery(TimeSpan term, bool isList)
    {
        string query = $"?watch=true&allowWatchBookmarks=true&timeoutSeconds={(long)term.TotalSeconds}";
        return isList
            ? query + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion="
            : $"{query}&resourceVersion={Uri.EscapeDataString(_version)}";
    }

    private TimeSpan Left(long began, TimeSpan term)
    {
        TimeSpan left = term + options.WatchSlack - time.GetElapsedTime(began);
        return left > options.WatchSlack ? left : options.WatchSlack;
    }

    private WatchEnding Closed(bool isCut, long began, TimeSpan term)
    {
        if (!_isComplete)
        {
            return new WatchEnding(WatchEnd.NotStreaming, "the watch ended before its list did");
        }

        if (isCut)
        {
            return new WatchEnding(WatchEnd.Broken, "the stream ended within an event");
        }

        // A server that drops a slow watch closes it just so, but not at its time.
        if (time.GetElapsedTime(began) >= term - TimeSpan.FromSeconds(1))
        {
            Freshness.Prove(time.GetTimestamp());
        }

        return new WatchEnding(WatchEnd.Closed);
    }

    /// <summary>Applies every whole frame and leaves the rest; null: the watch goes on.</summary>
    private WatchEnding? Apply(ref ReadOnlySequence<byte> received, bool isProtobuf, long began)
    {
        while (WatchFrame.TryCut(ref received, isProtobuf, out ReadOnlySequence<byte> cut))
        {
            ReadOnlySpan<byte> bytes = cut.IsSingleSegment ? cut.FirstSpan : Gather(cut);
            if (bytes.Trim(" \r"u8).IsEmpty)
            {
                continue;
            }

            WatchFrame frame = isProtobuf ? ProtobufReading.Frame(bytes) : JsonReading.Frame(bytes);
            observer.EventReceived(Resource, frame.Type);
            if (Apply(frame, isProtobuf, began) is { } ending)
            {
                return ending;
            }
        }

        return null;
    }

    private WatchEnding? Apply(WatchFrame frame, bool isProtobuf, long began)
    {
        switch (frame.Type)
        {
            case WatchEventType.Error:
                return Failure(isProtobuf ? ProtobufReading.Status(frame.Object) : JsonReading.Status(frame.Object));
            case WatchEventType.Bookmark:
                return ApplyBookmark(MetaOf(frame.Object, isProtobuf), began);
            case WatchEventType.Deleted:
                ObjectMeta meta = MetaOf(frame.Object, isProtobuf);
                if (meta.Key.Name.Length == 0)
                {
                    throw new InvalidDataException("a deletion without a name");
                }

                _store.Delete(meta);
                Advance(meta.ResourceVersion);
                return null;
            default:
                ApplyState(frame, isProtobuf);
                return null;
        }
    }

    private void ApplyState(WatchFrame frame, bool isProtobuf)
    {
        if (!TryDecode(frame.Object, isProtobuf, out T value, out ObjectKey? key))
        {
            if (key is null)
            {
                throw new InvalidDataException("an event about an object without a name");
            }

            if (_isComplete)
            {
                Advance(MetaOf(frame.Object, isProtobuf).ResourceVersion);
            }
            else
            {
                _store.KeepListed(key.Value);
            }
        }
        else if (!_isComplete)
        {
            _store.SetListed(value);
        }
        else if (!ResourceVersions.IsOlder(decoder.ResourceVersionOf(value), _version))
        {
            // An older one is a repetition: what it says of an object that is gone by now must not bring it back.
            _store.Set(value);
            Advance(decoder.ResourceVersionOf(value));
        }
    }

    private WatchEnding? ApplyBookmark(ObjectMeta meta, long began)
    {
        if (_isComplete)
        {
            if (ResourceVersions.IsOlder(meta.ResourceVersion, _version))
            {
                return new WatchEnding(WatchEnd.WentBack, $"a bookmark at version {meta.ResourceVersion}, after {_version}");
            }

            Advance(meta.ResourceVersion);
        }
        else if (meta.EndsInitialEvents)
        {
            CompleteList(meta.ResourceVersion, began);
        }
        else
        {
            return new WatchEnding(WatchEnd.NotStreaming, "a bookmark came before the end of the list");
        }

        return null;
    }

    /// <summary>The view is current up to this version.</summary>
    private void Advance(string version)
    {
        if (_isComplete && version.Length > 0)
        {
            _version = ResourceVersions.IsOlder(version, _version) ? _version : version;
            Freshness.Prove(time.GetTimestamp());
        }
    }

    private static WatchEnding Failure(ApiStatus status) => new(
        status.IsVersionTooLarge ? WatchEnd.WentBack : status.Code == (int)HttpStatusCode.Gone ? WatchEnd.Expired : WatchEnd.Refused,
        $"an ERROR event, code {status.Code}: {status.Message}");

    private ReadOnlySpan<byte> Gather(ReadOnlySequence<byte> pieces)
    {
        int length = checked((int)pieces.Length);
        if (_scratch.Length < length)
        {
            _scratch = new byte[Math.Max(length, 2 * _scratch.Length)];
        }

        pieces.CopyTo(_scratch);
        return _scratch.AsSpan(0, length);
    }
}
