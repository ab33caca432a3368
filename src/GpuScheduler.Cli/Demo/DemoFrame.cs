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

        if (readings.Snapshot is { } state && Gangs(state) is { Length: > 0 } gangs)
        {
            text.Append(CultureInfo.InvariantCulture, $"\ngangs: {gangs}");
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
        text.Append(CultureInfo.InvariantCulture, $"{"NODE",-13}{"RACK",-8}{"MODEL",-23}{"GPUS",-18}{"ALLOCATED",10}{"PODS",6}\n");
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
                text.Append(CultureInfo.InvariantCulture, $"{node.Name,-13}{RackOf(node),-8}{node.Shape.Model,-23}{gpus,-18}{allocated,6:F2}/{node.Shape.Count,-3}{pods,6}\n");
            }
        }

        double share = total == 0 ? 0 : 100.0 * (total - free) / total;
        text.Append(CultureInfo.InvariantCulture, $"{"",-44}{"all GPUs",-18}{share,8:F1} %\n");
    }

    /// <summary>Which gang is where: "llm-3 in rack-a (4 pods)".</summary>
    private static string Gangs(Snapshot snapshot)
    {
        Dictionary<string, (SortedSet<string> Racks, int Pods)> gangs = [];
        foreach (Block block in snapshot.Blocks)
        {
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                foreach (Placement placement in block.PlacementsOn(lane))
                {
                    if (placement.Pod.Gang is { } gang)
                    {
                        (SortedSet<string> racks, int pods) = gangs.GetValueOrDefault(gang.Gang.Name, (new SortedSet<string>(StringComparer.Ordinal), 0));
                        racks.Add(RackOf(block.Nodes[lane]));
                        gangs[gang.Gang.Name] = (racks, pods + 1);
                    }
                }
            }
        }

        return string.Join(", ", gangs.OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} in {string.Join('+', g.Value.Racks)} ({g.Value.Pods} pods)")));
    }

    private static string RackOf(Node node) => node.Labels.GetValueOrDefault(DemoCluster.Rack, "-");

    private static char LevelOf(int freeMilli)
    {
        int used = Device.FullMilli - freeMilli;
        return used == 0 ? Levels[0] : Levels[Math.Max(1, used * (Levels.Length - 1) / Device.FullMilli)];
    }
}
