using System.Globalization;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Ages as kubectl writes them (k8s.io/apimachinery, duration.HumanDuration).</summary>
internal static class Age
{
    public static string Of(JsonObject document, DateTimeOffset now) => Since(document.Text("metadata", "creationTimestamp"), now);

    public static string Since(string timestamp, DateTimeOffset now)
        => DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset then) ? Human(now - then) : "<unknown>";

    public static string Human(TimeSpan age)
    {
        long seconds = (long)age.TotalSeconds;
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 120) return $"{seconds}s";
        long minutes = seconds / 60;
        if (minutes < 10) return seconds % 60 == 0 ? $"{minutes}m" : $"{minutes}m{seconds % 60}s";
        if (minutes < 180) return $"{minutes}m";
        long hours = seconds / 3600;
        if (hours < 8) return minutes % 60 == 0 ? $"{hours}h" : $"{hours}h{minutes % 60}m";
        if (hours < 48) return $"{hours}h";
        long days = hours / 24;
        if (days < 8) return hours % 24 == 0 ? $"{days}d" : $"{days}d{hours % 24}h";
        if (days < 730) return $"{days}d";
        long years = days / 365;
        if (years < 8) return days % 365 == 0 ? $"{years}y" : $"{years}y{days % 365}d";
        return $"{years}y";
    }
}
