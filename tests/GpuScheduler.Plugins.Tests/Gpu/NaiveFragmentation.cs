using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

/// <summary>FGD's definitions written down as they read, one node, one class and one device at a time.</summary>
internal static class NaiveFragmentation
{
    public static int[] Free(Block block, int lane) =>
        [.. Enumerable.Range(0, block.Nodes.Shape(lane).Count).Select(d => (int)block.FreeMilliOf(lane, d))];

    public static long FreeCpu(Block block, int lane) =>
        block.Nodes[lane].Allocatable[ResourceNames.Cpu] - block.Requested(Vocabulary.CpuId)[lane];

    public static double Of(TypicalPods target, DeviceShape shape, long cpu, int[] free)
    {
        double q1 = 0, q2 = 0, q4 = 0, xl = 0, xr = 0, na = 0;
        int all = free.Sum();
        foreach (TypicalPod pod in target.Pods)
        {
            if (pod.Devices.IsNone)
            {
                if (cpu >= pod.CpuMilli)
                {
                    xl += pod.Probability * all;
                }
                else
                {
                    xr += pod.Probability * all;
                }

                continue;
            }

            int able = 0, roomy = 0, elsewhere = 0;
            for (int g = 0; g < free.Length; g++)
            {
                int? need = Need(pod.Devices, shape.Devices[g]);
                able += need is null ? 0 : 1;
                roomy += free[g] >= need ? 1 : 0;
                elsewhere += free[g] >= need ? 0 : free[g];
            }

            if (able == 0)
            {
                na += pod.Probability * all;
                continue;
            }

            bool hasCpu = cpu >= pod.CpuMilli, hasGpu = roomy >= pod.Devices.Count;
            if (hasCpu && hasGpu)
            {
                q2 += pod.Probability * elsewhere;
            }
            else if (hasCpu)
            {
                q2 += pod.Probability * all;
            }
            else if (hasGpu)
            {
                q4 += pod.Probability * all;
            }
            else
            {
                q1 += pod.Probability * all;
            }
        }

        return q1 + q2 + q4 + xl + xr + na;
    }

    /// <summary>Score and devices for a pod on a node that can take it.</summary>
    public static (long Score, int[] Devices) Fgd(TypicalPods target, DeviceShape shape, long cpu, int[] free, PodClass pod)
    {
        long podCpu = pod.Requested[ResourceNames.Cpu];
        double before = Of(target, shape, cpu, free);
        int?[] needs = [.. shape.Devices.Select(d => Need(pod.Devices, d))];
        int[] fitting = [.. Enumerable.Range(0, free.Length).Where(g => free[g] >= needs[g])];
        if (pod.Devices.Count != 1)
        {
            int[] devices = [.. fitting.OrderBy(g => free[g]).ThenBy(g => g).Take(pod.Devices.Count)];
            return (Points(before - Of(target, shape, cpu - podCpu, Minus(free, needs, devices))), devices);
        }

        (long Score, int[] Devices)? best = null;
        foreach (int device in fitting)
        {
            long score = Points(before - Of(target, shape, cpu - podCpu, Minus(free, needs, [device])));
            if (best is null || score > best.Value.Score)
            {
                best = (score, [device]);
            }
        }

        return best!.Value;
    }

    private static int? Need(DeviceRequest request, Device device) =>
        request.Allows(device.Model) && request.TryShareOf(device, out DeviceShare share) ? share.Milli : null;

    private static int[] Minus(int[] free, int?[] needs, int[] devices) =>
        [.. free.Select((f, g) => devices.Contains(g) ? f - needs[g]!.Value : f)];

    private static long Points(double drop) => (long)(100 * (1.0 / (1.0 + Math.Exp(-drop / 1000))));
}
