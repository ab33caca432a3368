using System.Globalization;
using System.Text;
using GpuScheduler.Cluster;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Cli;

/// <summary>Draws a snapshot as text: a line a node, a character a GPU.</summary>
internal static class DemoFrame
{
    /// <summary>From free to full.</summary>
    private const string Levels = "·▁▂▃▄▅▆▇█";

    /// <summary>One frame.</summary>
    /// <param name="readings">What the scheduler holds.</param>
    /// <param name="address">The API server, for whoever wants to look with kubectl.</param>
    /// <param name="latest">What happened last, oldest first.</param>
    public static string Draw(SchedulerReadings readings, Uri address, IEnumerable<string> latest)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"kubectl --server {address} get pods -n {DemoWorkload.Namespace} -o wide\n\n");
        if (readings.Snapshot is { } snapshot)
        {
            AppendNodes(text, snapshot);
        }

        text.Append(CultureInfo.InvariantCulture, $"\npods: {readings.Pods} on nodes, {readings.AssumedPods} being bound, ")
            .Append(CultureInfo.InvariantCulture, $"{readings.ActivePods + readings.BackoffPods} to be tried, {readings.UnschedulablePods} wait for room\n\n");
        foreach (string line in latest)
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static void AppendNodes(StringBuilder text, Snapshot snapshot)
    {
        text.Append(CultureInfo.InvariantCulture, $"{"NODE",-16}{"MODEL",-26}{"GPUS",-18}{"ALLOCATED",10}{"PODS",6}\n");
        long free = 0, total = 0;
        foreach (Block block in snapshot.Blocks)
        {
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                Node node = block.Nodes[lane];
                if (node.Shape.Count == 0)
                {
                    continue;
                }

                StringBuilder gpus = new();
                foreach (Device device in node.Shape.Devices)
                {
                    gpus.Append(LevelOf(block.FreeMilliOf(lane, device.Index)));
                }

                int pods = 0;
                foreach (Placement _ in block.PlacementsOn(lane))
                {
                    pods++;
                }

                free += block.TotalFree[lane];
                total += node.Shape.TotalMilli;
                double allocated = (node.Shape.TotalMilli - block.TotalFree[lane]) / (double)Device.FullMilli;
                text.Append(CultureInfo.InvariantCulture, $"{node.Name,-16}{node.Shape.Model,-26}{gpus,-18}{allocated,6:F2}/{node.Shape.Count,-3}{pods,6}\n");
            }
        }

        double share = total == 0 ? 0 : 100.0 * (total - free) / total;
        text.Append(CultureInfo.InvariantCulture, $"{"",-16}{"",-26}{"all GPUs",-18}{share,8:F1} %\n");
    }

    private static char LevelOf(int freeMilli)
    {
        int used = Device.FullMilli - freeMilli;
        return used == 0 ? Levels[0] : Levels[Math.Max(1, used * (Levels.Length - 1) / Device.FullMilli)];
    }
}
