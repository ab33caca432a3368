namespace GpuScheduler.Kubernetes.Tests;

/// <summary>What a handler knows from what it was told; complains where what it is told contradicts that.</summary>
internal sealed class ThingView : IObjectHandler<Thing>
{
    private readonly Dictionary<ObjectKey, Thing> _things = [];
    private readonly List<string> _calls = [];

    /// <summary>Asked at each deletion; throws where it is wrong.</summary>
    public Action<Thing>? Deleting { get; init; }

    public int Syncs { get; private set; }

    public IReadOnlyList<Thing> Things
    {
        get
        {
            lock (_things)
            {
                return [.. _things.Values.OrderBy(t => t.Name, StringComparer.Ordinal)];
            }
        }
    }

    public string[] Calls
    {
        get
        {
            lock (_things)
            {
                return [.. _calls];
            }
        }
    }

    public void OnAdded(Thing value) => Change($"+{value.Name}@{value.Version}", () => _things.Add(value.Key, value));

    public void OnUpdated(Thing before, Thing after) => Change($"~{after.Name}@{after.Version}", () =>
    {
        if (_things[after.Key] != before || before.Uid != after.Uid)
        {
            throw new InvalidOperationException($"{before} is not what was told before");
        }

        _things[after.Key] = after;
    });

    public void OnDeleted(Thing last) => Change($"-{last.Name}@{last.Version}", () =>
    {
        Deleting?.Invoke(last);
        if (!_things.Remove(last.Key, out Thing? known) || known != last)
        {
            throw new InvalidOperationException($"{last} is not what was told before");
        }
    });

    public void OnSynced() => Change("synced", () => Syncs++);

    private void Change(string call, Action change)
    {
        lock (_things)
        {
            _calls.Add(call);
            change();
        }
    }
}
