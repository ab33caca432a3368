using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>One watch that goes well for some events and then is struck.</summary>
internal sealed class FaultyWatch(FaultPlan plan, FaultStrike strike, HttpContext context, Stream body, CancellationTokenSource end)
{
    private FrameSplitter? _splitter;
    private int _events;
    private bool _isOver;
    private bool _isProtobuf;
    private bool _hasReturned;

    /// <summary>After the strike of a kind that goes on nothing more is changed.</summary>
    private bool _isDone;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (_isOver) return;
        if (_splitter == null)
        {
            _isProtobuf = context.Response.ContentType?.Contains("protobuf", StringComparison.Ordinal) == true;
            _splitter = new FrameSplitter(_isProtobuf);
        }
        foreach (byte[] frame in _splitter.Add(bytes.Span))
        {
            if (!_isDone && plan.IsOn && _events++ == strike.EventsBefore) await StrikeAsync(frame, cancellation).ConfigureAwait(false);
            if (_isOver) return;
            await body.WriteAsync(frame, cancellation).ConfigureAwait(false);
        }
    }

    public async Task FlushAsync(CancellationToken cancellation)
    {
        if (!_isOver) await body.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The server is done with the request; its context serves another one soon.</summary>
    public void Leave()
    {
        plan.TurnedOff -= Abort;
        lock (end) _hasReturned = true;
    }

    /// <summary>Passes on what stands after the last complete event.</summary>
    public async Task EndAsync()
    {
        if (!_isOver && _splitter?.TakeRest() is { Length: > 0 } rest) await body.WriteAsync(rest).ConfigureAwait(false);
    }

    private async Task StrikeAsync(byte[] frame, CancellationToken cancellation)
    {
        plan.Count(strike.Rule.Kind);
        switch (strike.Rule.Kind)
        {
            case FaultKind.CutWatch:
                _isOver = true;
                await body.WriteAsync(frame.AsMemory(0, frame.Length / 2), cancellation).ConfigureAwait(false);
                await body.FlushAsync(cancellation).ConfigureAwait(false);
                context.Abort();
                await end.CancelAsync().ConfigureAwait(false);
                break;
            case FaultKind.EndWatch:
                _isOver = true;
                await end.CancelAsync().ConfigureAwait(false);
                break;
            case FaultKind.SilentWatch:
                // Events are lost from here on, so the watch may never speak again: when faults end it is reset.
                _isOver = true;
                plan.TurnedOff += Abort;
                if (!plan.IsOn) Abort();
                break;
            case FaultKind.ExpireWatch:
                _isOver = true;
                await body.WriteAsync(Expired(), cancellation).ConfigureAwait(false);
                await body.FlushAsync(cancellation).ConfigureAwait(false);
                await end.CancelAsync().ConfigureAwait(false);
                break;
            case FaultKind.GarbageInWatch:
                _isDone = true;
                await body.WriteAsync(Garbage(), cancellation).ConfigureAwait(false);
                break;
        }
    }

    private void Abort()
    {
        lock (end)
        {
            if (!_hasReturned) context.Abort();
        }
    }

    private byte[] Expired()
    {
        JsonObject status = FaultStatus.Of(strike.Rule);
        if (_isProtobuf) return ProtobufTranscoder.ToWatchFrame("ERROR", Encoding.UTF8.GetBytes(status.ToJsonString()));
        return Encoding.UTF8.GetBytes(new JsonObject { ["type"] = "ERROR", ["object"] = status }.ToJsonString() + "\n");
    }

    /// <summary>Framed as an event is, so that what comes after can still be read.</summary>
    private byte[] Garbage() => _isProtobuf
        ? [0, 0, 0, 8, .. BitConverter.GetBytes(strike.Random | 0x0707_0707_0707_0707)] // wire type 7 does not exist
        : [.. """{"type":"MODIFIED","object":{"kind":"""u8, .. Encoding.ASCII.GetBytes($"garbage{strike.Random:x}"), (byte)'\n'];
}
