using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>What the plugins of one extension point worked out for a pod class, and which of them have no say. A dozen at most: looking through them costs less than hashing.</summary>
internal sealed class PluginStates(int capacity)
{
    private readonly List<(IPlugin Plugin, object? State, bool IsSkipped)> _entries = new(capacity);

    public void Set(IPlugin plugin, object? state) => _entries.Add((plugin, state, false));

    public void Skip(IPlugin plugin) => _entries.Add((plugin, null, true));

    /// <summary>What it worked out; null where it did not.</summary>
    public object? Of(IPlugin plugin) => Find(plugin).State;

    public bool IsSkipped(IPlugin plugin) => Find(plugin).IsSkipped;

    private (object? State, bool IsSkipped) Find(IPlugin plugin)
    {
        foreach ((IPlugin known, object? state, bool isSkipped) in _entries)
        {
            if (ReferenceEquals(known, plugin))
            {
                return (state, isSkipped);
            }
        }

        return default;
    }
}
