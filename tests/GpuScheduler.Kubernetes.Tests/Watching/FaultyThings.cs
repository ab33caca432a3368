namespace GpuScheduler.Kubernetes.Tests;

/// <summary>A server of things with a history, that answers lists and watches and, as long as it may, with faults drawn from its seed.</summary>
internal sealed class FaultyThings(ThingWire wire, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Thing> _things = new(StringComparer.Ordinal);
    private readonly List<(int Version, string Type, Thing Thing)> _history = [];
    private readonly HashSet<string> _kinds = [];
    private int _version = 1;
    private int _oldest = 1;

    /// <summary>Faults happen; false from some point on: the server is in order again.</summary>
    public volatile bool IsFaulty = true;

    public IReadOnlyList<Thing> Things
    {
        get
        {
            lock (_lock)
            {
                return [.. _things.Values];
            }
        }
    }

    /// <summary>Which faults have happened.</summary>
    public IReadOnlyCollection<string> Kinds
    {
        get
        {
            lock (_lock)
            {
                return [.. _kinds];
            }
        }
    }

    public bool Has(string uid)
    {
        lock (_lock)
        {
            return _things.Values.Any(t => t.Uid == uid);
        }
    }

    /// <summary>Adds, changes or deletes one thing, or forgets the history so that watches expire.</summary>
    public void Mutate()
    {
        lock (_lock)
        {
            string name = $"t{_random.Next(12)}";
            if (_random.Next(12) == 0)
            {
                _oldest = _version;
            }
            else if (!_things.TryGetValue(name, out Thing? thing))
            {
                Record("ADDED", new Thing(name, $"u{_version + 1}", _version + 1));
            }
            else if (_random.Next(2) == 0)
            {
                Record("MODIFIED", thing with { Version = _version + 1, Value = _random.Next(100) });
            }
            else
            {
                Record("DELETED", thing with { Version = _version + 1 });
            }
        }
    }

    public void Serve(FakeExchange exchange) => _ = exchange.IsWatch ? Quietly(WatchAsync(exchange)) : Quietly(ListAsync(exchange));

    private static async Task Quietly(Task serving)
    {
        try
        {
            await serving;
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The client has gone away.
        }
    }

    private void Record(string type, Thing thing)
    {
        _version = thing.Version;
        _history.Add((_version, type, thing));
        if (type == "DELETED")
        {
            _things.Remove(thing.Name);
        }
        else
        {
            _things[thing.Name] = thing;
        }
    }

    /// <summary>True by chance: the named fault happens now.</summary>
    private bool Happens(string kind, int oneIn)
    {
        lock (_lock)
        {
            return IsFaulty && _random.Next(oneIn) == 0 && (_kinds.Add(kind) || true);
        }
    }

    private async Task<bool> RefusesAsync(FakeExchange exchange)
    {
        foreach (int status in (int[])[500, 429, 410])
        {
            if (Happens($"HTTP {status}", 12))
            {
                await exchange.Reply(status, wire.ListType, wire.Status(status, "fault"), status == 429 ? "Retry-After: 1\r\n" : "");
                return true;
            }
        }

        if (Happens("reset before the answer", 12))
        {
            exchange.Reset();
            return true;
        }

        return false;
    }

    private async Task ListAsync(FakeExchange exchange)
    {
        if (await RefusesAsync(exchange))
        {
            return;
        }

        // A token names the version of the first page; the server has that page's state only as long as nothing has changed.
        string[] token = exchange.Query.GetValueOrDefault("continue", "").Split('/');
        int start = token.Length == 2 ? int.Parse(token[0], System.Globalization.CultureInfo.InvariantCulture) : 0;
        byte[]? body = null;
        lock (_lock)
        {
            if (start == 0 || token[1] == $"{_version}")
            {
                bool isLast = start + 4 >= _things.Count;
                body = wire.List(_things.Values.Skip(start).Take(4), _version, isLast ? "" : $"{start + 4}/{_version}");
            }
        }

        if (body is null)
        {
            await exchange.Reply(410, wire.ListType, wire.Status(410, "expired"));
        }
        else if (Happens("list cut short", 10))
        {
            await exchange.Reply(200, wire.ListType, body[..(body.Length / 2)]);
        }
        else
        {
            await exchange.Reply(200, wire.ListType, body);
        }
    }

    private async Task WatchAsync(FakeExchange exchange)
    {
        if (await RefusesAsync(exchange))
        {
            return;
        }

        int seen = int.Parse(exchange.Query["resourceVersion"], System.Globalization.CultureInfo.InvariantCulture);
        await exchange.Open(wire.WatchType);
        bool wasFaulty = IsFaulty;
        if (Happens("silence", 8))
        {
            return;
        }

        while (true)
        {
            (int Version, string Type, Thing Thing)[] news;
            bool isExpired;
            lock (_lock)
            {
                isExpired = seen < _oldest;
                news = [.. _history.Where(h => h.Version > seen)];
            }

            if (isExpired)
            {
                await exchange.Send(wire.Error(410, "too old resource version"));
                await exchange.End();
                return;
            }

            foreach ((int version, string type, Thing thing) in news)
            {
                byte[] bytes = wire.Event(type, thing);
                if (Happens("event cut", 20))
                {
                    await exchange.Send(bytes[..(bytes.Length / 2)]);
                    exchange.Reset();
                    return;
                }

                if (Happens("garbage", 20))
                {
                    await exchange.Send(wire.Garbage());
                }

                await exchange.Send(bytes);
                if (Happens("event twice", 5))
                {
                    await exchange.Send(bytes);
                }

                seen = version;
            }

            if (Happens("bookmark", 5))
            {
                await exchange.Send(wire.Bookmark(seen));
            }

            if (Happens("end", 10) || (wasFaulty && !IsFaulty))
            {
                await exchange.End();
                return;
            }

            await Task.Delay(1);
        }
    }
}
