using System.Runtime.InteropServices;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Where the time of one attempt goes: a stop watch that every plugin stops in turn. One thread. Attempts that come within a millisecond of one that was timed are
/// not, so that looking at the clock never costs a busy scheduler more than a thousandth.
/// </summary>
internal sealed class PluginTimes(ISchedulingObserver observer, TimeProvider time)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    private readonly List<Entry> _entries = [];
    private bool _isTiming;
    private long? _lastTimed;
    private long _since;

    /// <summary>An attempt begins.</summary>
    public void Begin()
    {
        _since = time.GetTimestamp();
        _isTiming = _lastTimed is not { } last || time.GetElapsedTime(last, _since) >= Least;
        _lastTimed = _isTiming ? _since : _lastTimed;
        _entries.Clear();
    }

    /// <summary>A plugin is asked next.</summary>
    public void Start()
    {
        if (_isTiming)
        {
            _since = time.GetTimestamp();
        }
    }

    /// <summary>A plugin has answered, and perhaps the next is asked.</summary>
    public void Stop(IPlugin plugin, ExtensionPoints point, StatusCode status = StatusCode.Success) => Stop(plugin, point, status, _since);

    /// <summary>For a plugin that asks others: since when it has run, to say when it stops.</summary>
    public long Mark() => time.GetTimestamp();

    /// <summary>A plugin has answered that was asked at <paramref name="since"/>.</summary>
    public void Stop(IPlugin plugin, ExtensionPoints point, StatusCode status, long since)
    {
        if (!_isTiming)
        {
            return;
        }

        _since = time.GetTimestamp();
        TimeSpan took = time.GetElapsedTime(since, _since);
        foreach (ref Entry entry in CollectionsMarshal.AsSpan(_entries))
        {
            if (ReferenceEquals(entry.Plugin, plugin) && entry.Point == point)
            {
                entry.Took += took;
                entry.Status = status;
                return;
            }
        }

        _entries.Add(new Entry { Plugin = plugin, Point = point, Took = took, Status = status });
    }

    /// <summary>The attempt is over: tells what was timed.</summary>
    public void End(string profile)
    {
        ExtensionPoints told = ExtensionPoints.None;
        for (int i = 0; i < _entries.Count; i++)
        {
            Entry first = _entries[i];
            observer.PluginRan(first.Plugin.Name, first.Point, first.Status, first.Took);
            if (told.HasFlag(first.Point))
            {
                continue;
            }

            told |= first.Point;
            TimeSpan took = TimeSpan.Zero;
            StatusCode status = StatusCode.Success;
            for (int j = i; j < _entries.Count; j++)
            {
                if (_entries[j].Point == first.Point)
                {
                    took += _entries[j].Took;
                    status = status == StatusCode.Success ? _entries[j].Status : status;
                }
            }

            observer.PointRan(first.Point, profile, status, took);
        }

        _entries.Clear();
        _isTiming = false;
    }

    private struct Entry
    {
        public IPlugin Plugin;
        public ExtensionPoints Point;
        public TimeSpan Took;
        public StatusCode Status;
    }
}
