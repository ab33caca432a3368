using System.Globalization;

namespace GpuScheduler.Emulator;

internal static class ResourceVersions
{
    public static long Parse(string text)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            ? version
            : throw ApiError.BadRequest($"Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
}
