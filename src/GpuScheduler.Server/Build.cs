using System.Reflection;

namespace GpuScheduler.Server;

/// <summary>What runs.</summary>
internal static class Build
{
    public static string Version { get; } =
        typeof(Build).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
