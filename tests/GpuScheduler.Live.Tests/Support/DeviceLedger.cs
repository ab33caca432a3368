using System.Globalization;
using System.Text.Json.Nodes;

namespace GpuScheduler.Live.Tests;

/// <summary>Adds up what bound pods hold of each device, by what the API says alone.</summary>
internal static class DeviceLedger
{
    /// <summary>Asserts that no device is over 1000 milli.</summary>
    public static void AssertNoneOver(IEnumerable<JsonObject> pods)
    {
        Dictionary<(string Node, int Device), int> used = [];
        foreach (JsonObject pod in pods)
        {
            string node = (string?)pod["spec"]!["nodeName"] ?? "";
            string devices = (string?)pod["metadata"]!["annotations"]?["gpuscheduler.dev/devices"] ?? "";
            string fraction = (string?)pod["metadata"]!["annotations"]?["gpuscheduler.dev/gpu-fraction"] ?? "1";
            int milli = (int)(double.Parse(fraction, CultureInfo.InvariantCulture) * 1000);
            foreach (string device in devices.Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                (string Node, int Device) key = (node, int.Parse(device, CultureInfo.InvariantCulture));
                used[key] = used.GetValueOrDefault(key) + milli;
            }
        }

        Assert.That(used.Where(u => u.Value > 1000), Is.Empty, "devices given out twice");
    }
}
