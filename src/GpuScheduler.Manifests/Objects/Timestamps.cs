using System.Globalization;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

internal static class Timestamps
{
    /// <summary>An RFC 3339 time; the default where it is absent.</summary>
    public static DateTimeOffset Read(MapReader? reader, string key) => ReadOrNull(reader, key) ?? default;

    /// <summary>An RFC 3339 time; null where it is absent.</summary>
    public static DateTimeOffset? ReadOrNull(MapReader? reader, string key)
    {
        string text = reader?.String(key) ?? "";
        if (text.Length == 0)
        {
            return null;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out DateTimeOffset time))
        {
            return time;
        }

        reader!.Error(key, $"\"{text}\" is not a time; write one such as 2026-01-31T12:00:00Z");
        return null;
    }
}
