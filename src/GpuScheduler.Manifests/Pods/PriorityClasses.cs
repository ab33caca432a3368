using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Priorities and preemption policies by PriorityClass: the two that every cluster has, and those of the input.</summary>
internal sealed class PriorityClasses
{
    private const int HighestUserDefined = 1_000_000_000;

    private readonly Dictionary<string, (int Value, PreemptionPolicy Policy)> _classes = new(StringComparer.Ordinal)
    {
        ["system-cluster-critical"] = (2_000_000_000, PreemptionPolicy.PreemptLowerPriority),
        ["system-node-critical"] = (2_000_001_000, PreemptionPolicy.PreemptLowerPriority),
    };

    private (int Value, PreemptionPolicy Policy) _default;

    public void Read(ManifestObject item)
    {
        string name = item.Name();
        bool isSystem = name.StartsWith("system-", StringComparison.Ordinal);
        int value = item.Reader.Int("value", int.MinValue, isSystem ? int.MaxValue : HighestUserDefined, 0);
        _classes[name] = (value, item.Reader.Enum("preemptionPolicy", PreemptionPolicy.PreemptLowerPriority));
        if (item.Reader.Bool("globalDefault", false))
        {
            _default = _classes[name];
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
            return _default.Value;
        }

        if (_classes.TryGetValue(name, out (int Value, PreemptionPolicy Policy) known))
        {
            return known.Value;
        }

        spec.Error("priorityClassName", $"\"{name}\" is no PriorityClass of the input{Suggestion.Ask(name, _classes.Keys, "; add the PriorityClass or write priority: <number>")}");
        return _default.Value;
    }

    /// <summary>The policy that the API server's admission would give a pod; that of an unknown class is the default, since <see cref="Of"/> says what is wrong.</summary>
    public PreemptionPolicy PreemptionPolicyOf(MapReader spec)
    {
        string name = spec.String("priorityClassName");
        return spec.Enum("preemptionPolicy", name.Length > 0 && _classes.TryGetValue(name, out (int Value, PreemptionPolicy Policy) known) ? known.Policy : _default.Policy);
    }
}
