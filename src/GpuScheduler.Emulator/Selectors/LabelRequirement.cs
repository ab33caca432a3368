namespace GpuScheduler.Emulator;

/// <summary>One term of a label selector. No values and not negated: the key exists.</summary>
internal readonly record struct LabelRequirement(string Key, string[]? Values, bool Negated)
{
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        bool present = labels.TryGetValue(Key, out string? value);
        // As in Kubernetes, "!=" and "notin" also select what lacks the key.
        bool holds = present && (Values is null || Values.Contains(value));
        return holds != Negated;
    }
}
