using System.Globalization;

namespace GpuScheduler.Manifests;

/// <summary>A semantic version, the value of a device's attribute (semver.org 2.0.0; what follows a plus says nothing).</summary>
public sealed record DeviceVersion(long Major, long Minor, long Patch, string PreRelease)
{
    public static bool TryParse(string text, out DeviceVersion version)
    {
        string core = text.Split('+')[0];
        int dash = core.IndexOf('-', StringComparison.Ordinal);
        string[] numbers = (dash < 0 ? core : core[..dash]).Split('.');
        version = new DeviceVersion(0, 0, 0, "");
        if (numbers.Length != 3 || !TryNumber(numbers[0], out long major) || !TryNumber(numbers[1], out long minor) || !TryNumber(numbers[2], out long patch))
        {
            return false;
        }

        version = new DeviceVersion(major, minor, patch, dash < 0 ? "" : core[(dash + 1)..]);
        return true;
    }

    public int CompareTo(DeviceVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        int numbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return numbers != 0 ? numbers : ComparePreReleases(PreRelease, other.PreRelease);
    }

    public override string ToString() => $"{Major}.{Minor}.{Patch}{(PreRelease.Length > 0 ? $"-{PreRelease}" : "")}";

    /// <summary>None is the highest; else part by part, numbers before words, fewer parts before more.</summary>
    private static int ComparePreReleases(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            return (a.Length == 0).CompareTo(b.Length == 0);
        }

        string[] left = a.Split('.'), right = b.Split('.');
        for (int i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            bool isNumber = TryNumber(left[i], out long x), isOther = TryNumber(right[i], out long y);
            int compared = isNumber && isOther ? x.CompareTo(y) : isNumber != isOther ? (isNumber ? -1 : 1) : string.CompareOrdinal(left[i], right[i]);
            if (compared != 0)
            {
                return compared;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
