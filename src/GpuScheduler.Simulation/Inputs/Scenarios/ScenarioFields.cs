using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Fields of scenarios that are more than text and numbers.</summary>
internal static class ScenarioFields
{
    private const long MaxCpuMilli = 10_000_000;
    private const long MaxMemory = 1L << 50;
    private const int MaxGpuMemoryMiB = 1 << 24;
    private const long BytesPerMiB = 1 << 20;

    /// <summary>CPU in milli, more than 0; required.</summary>
    public static long Cpu(MapReader reader) => Amount(reader, "cpu", MaxCpuMilli, "10k", isMilli: true);

    /// <summary>Memory in bytes, more than 0; required.</summary>
    public static long Memory(MapReader reader) => Amount(reader, "memory", MaxMemory, "1Pi", isMilli: false);

    /// <summary>Memory of a device in MiB, written as such or as a quantity (<c>80Gi</c>); 0 where it is absent.</summary>
    public static int GpuMemory(MapReader reader)
    {
        const string Key = "gpuMemory";
        if (reader.QuantityText(Key) is not { } text)
        {
            return 0;
        }

        bool isMiB = text.Length > 0 && char.IsAsciiDigit(text[^1]);
        if (!Quantity.TryParseUnits(text, out long amount, out string error))
        {
            reader.Error(Key, error);
            return 0;
        }

        long memory = isMiB ? amount : (amount / BytesPerMiB) + (amount % BytesPerMiB > 0 ? 1 : 0);
        if (memory is < 1 or > MaxGpuMemoryMiB)
        {
            reader.Error(Key, $"\"{text}\" is out of range; write MiB such as 81920, or a quantity such as 80Gi, of at least 1 MiB and at most 16Ti");
            return 0;
        }

        return (int)memory;
    }

    /// <summary>One of <paramref name="words"/>, as its position; 0 where it is absent.</summary>
    public static int Word(MapReader reader, string key, params ImmutableArray<string> words)
    {
        string text = reader.String(key, words[0]);
        int index = words.IndexOf(text, StringComparer.Ordinal);
        if (index < 0)
        {
            reader.Error(key, $"\"{text}\" is unknown{Suggestion.Ask(text, words, $"; write one of {string.Join(", ", words)}")}");
        }

        return Math.Max(0, index);
    }

    /// <summary>A number more than 0 and at most <paramref name="max"/>; the default where it is absent.</summary>
    public static double Positive(MapReader reader, string key, double max, double @default)
    {
        int before = reader.Errors.Count;
        double number = reader.Number(key, @default);
        if (reader.Has(key) && reader.Errors.Count == before && (number <= 0 || number > max))
        {
            reader.Error(key, FormattableString.Invariant($"{number} is out of range; write more than 0 and at most {max}"));
            return @default;
        }

        return number;
    }

    private static long Amount(MapReader reader, string key, long max, string maxText, bool isMilli)
    {
        if (!reader.Has(key))
        {
            reader.Error(key, "is required; add it");
            return 1;
        }

        if (reader.QuantityText(key) is not { } text)
        {
            return 1;
        }

        if (!(isMilli ? Quantity.TryParseMilli(text, out long amount, out string error) : Quantity.TryParseUnits(text, out amount, out error)))
        {
            reader.Error(key, error);
            return 1;
        }

        if (amount < 1 || amount > max)
        {
            reader.Error(key, $"\"{text}\" is out of range; write more than 0 and at most {maxText}");
            return 1;
        }

        return amount;
    }
}
