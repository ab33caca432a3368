namespace GpuScheduler.Manifests;

/// <summary>Dumps say the same short strings over and over: one object for each.</summary>
internal sealed class StringPool
{
    /// <summary>Longer strings hardly repeat.</summary>
    public const int MaxLength = 64;

    private const int MaxStrings = 1 << 16;

    private readonly HashSet<string> _strings = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    public StringPool() => _bySpan = _strings.GetAlternateLookup<ReadOnlySpan<char>>();

    public string Get(ReadOnlySpan<char> text)
    {
        if (_bySpan.TryGetValue(text, out string? known))
        {
            return known;
        }

        string added = text.ToString();
        if (_strings.Count < MaxStrings)
        {
            _strings.Add(added);
        }

        return added;
    }
}
