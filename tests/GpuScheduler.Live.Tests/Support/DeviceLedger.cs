using System.Globalization;
using System.Text.Json.Nodes;

namespace GpuScheduler.Live.Tests;

/// <summary>Adds up what bound pods hold of each device, by what the API says alone: whole GPUs, fractions, and memory in <c>Gi</c>.</summary>
internal static class DeviceLedger
{
    private const int FullMilli = 1000;

    /// <summary>Asserts that no device is over 1000 milli or over its memory.</summary>
    public static void AssertNoneOver(IEnumerable<JsonObject> pods) => Assert.That(Over(pods), Is.Empty, "devices given out twice");

    /// <summary>The devices that are over, and by what.</summary>
    public static IReadOnlyList<string> Over(IEnumerable<JsonObject> pods)
    {
        Dictionary<(string Node, int Device), (double Milli, double MemoryMiB)> used = [];
        foreach (JsonObject pod in pods)
        {
            string node = (string?)pod["spec"]!["nodeName"] ?? "";
            JsonNode? annotations = pod["metadata"]!["annotations"];
            string devices = (string?)annotations?["gpuscheduler.dev/devices"] ?? "";
            double share = annotations?["gpuscheduler.dev/gpu-memory"] is { } memory
                ? double.Parse(((string)memory!)[..^2], CultureInfo.InvariantCulture) * 1024 / LiveObjects.DeviceMemoryMiB
                : double.Parse((string?)annotations?["gpuscheduler.dev/gpu-fraction"] ?? "1", CultureInfo.InvariantCulture);
            foreach (string device in devices.Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                (string Node, int Device) key = (node, int.Parse(device, CultureInfo.InvariantCulture));
                (double milli, double memoryMiB) = used.GetValueOrDefault(key);
                used[key] = (milli + (share * FullMilli), memoryMiB + (share * LiveObjects.DeviceMemoryMiB));
            }
        }

        return [.. used.Where(u => u.Value.Milli > FullMilli || u.Value.MemoryMiB > LiveObjects.DeviceMemoryMiB)
            .Select(u => string.Create(CultureInfo.InvariantCulture, $"device {u.Key.Device} of {u.Key.Node}: {u.Value.Milli} milli, {u.Value.MemoryMiB} MiB"))];
    }
}
