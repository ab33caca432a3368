using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Priorities by PriorityClass: the two that every cluster has, and those of the input.</summary>
internal sealed class PriorityClasses
{
    private const int HighestUserDefined = 1_000_000_000;

    private readonly Dictionary<string, int> _values = new(StringComparer.Ordinal)
    {
        ["system-cluster-critical"] = 2_000_000_000,
        ["system-node-critical"] = 2_000_001_000,
    };

    private int _default;

    public void Read(ManifestObject item)
    {
        string name = item.Name();
        bool isSystem = name.StartsWith("system-", StringComparison.Ordinal);
        int value = item.Reader.Int("value", int.MinValue, isSystem ? int.MaxValue : HighestUserDefined, 0);
        _values[name] = value;
        if (item.Reader.Bool("globalDefault", false))
        {
            _default = value;
        }
    }

    /// <summary>The priority that the API server's admission would give a pod.</summary>
    public int Of(MapReader spec)
    {
        string name = spec.String("priorityClassName");
        if (spec.IntOrNull("priority", int.MinValue, int.MaxValue) is { } priority)
        {
            return priority;
        }

        if (name.Length == 0)
        {
            return _default;
        }

        if (_values.TryGetValue(name, out int value))
        {
            return value;
        }

        spec.Error("priorityClassName", $"\"{name}\" is no PriorityClass of the input{Suggestion.Ask(name, _values.Keys, "; add the PriorityClass or write priority: <number>")}");
        return _default;
    }
}
