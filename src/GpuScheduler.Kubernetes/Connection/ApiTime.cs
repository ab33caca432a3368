using System.Globalization;

namespace GpuScheduler.Kubernetes;

/// <summary>Times as the API writes them.</summary>
internal static class ApiTime
{
    /// <summary><c>Time</c>: whole seconds.</summary>
    public static string Seconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary><c>MicroTime</c>.</summary>
    public static string Micro(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
