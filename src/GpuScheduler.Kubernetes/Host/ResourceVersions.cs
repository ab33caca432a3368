using System.Globalization;

namespace GpuScheduler.Kubernetes;

/// <summary>Order among resource versions. They are opaque but for this: within a resource, the larger number is newer (KEP-5504).</summary>
internal static class ResourceVersions
{
    /// <summary>True where <paramref name="a"/> is certainly older than <paramref name="b"/>.</summary>
    public static bool IsOlder(string a, string b) => TryParse(a, out ulong x) && TryParse(b, out ulong y) && x < y;

    private static bool TryParse(string text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
