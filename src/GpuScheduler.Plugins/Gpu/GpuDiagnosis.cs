using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Says how far the cluster's GPUs are from what a pod asks, after kube-scheduler's aggregate sentence. It frees nothing: the next PostFilter plugin is asked.
/// </summary>
public sealed class GpuDiagnosis : IPostFilterPlugin
{
    public string Name => "GpuDiagnosis";

    public PostFilterResult PostFilter(Pod pod, in PluginContext context, Rejections rejections)
    {
        DeviceRequest request = context.Pod.Devices;
        return new PostFilterResult(Status.Unschedulable(request.IsNone ? "" : Describe(request, context.Cluster)));
    }

    private static string Describe(DeviceRequest request, ClusterView cluster)
    {
        int suited = 0, devices = 0, able = 0, most = -1, enough = 0;
        string mostOn = "";
        foreach (Block block in cluster.Blocks)
        {
            foreach (LaneGroup<DeviceShape> group in block.Nodes.Shapes)
            {
                DeviceNeed need = DeviceNeed.Of(request, group.Value);
                if (need.Impossible is not null)
                {
                    continue;
                }

                foreach (int lane in new Lanes(group.Lanes & ~RegimeFit.Unsuited(block.Nodes, request, need.LeavesChoiceOpen)))
                {
                    int fitting = need.Fitting(FreeDevices.Of(block, lane, group.Value.Count)).Count;
                    suited++;
                    devices += BitOperations.PopCount(Vector256.LessThan(need.Milli, Vector256.Create(DeviceNeed.Unservable)).ExtractMostSignificantBits());
                    able += fitting;
                    enough += fitting >= request.Count ? 1 : 0;
                    if (fitting > most)
                    {
                        (most, mostOn) = (fitting, block.Nodes[lane].Name);
                    }
                }
            }
        }

        return suited == 0 ? ""
            : enough > 0 ? string.Create(
                CultureInfo.InvariantCulture, $"gpus: {enough} node(s) have {Asked(request)} free, {mostOn} among them; something else stops the pod there.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"gpus: the pod asks for {Asked(request)} on one node; of {devices} that could serve it {able} have room, at most {most} on one node ({mostOn}).");
    }

    private static string Asked(DeviceRequest request)
    {
        string gpus = request.Count == 1 ? "a GPU" : string.Create(CultureInfo.InvariantCulture, $"each of {request.Count} GPUs");
        return request.MemoryMiB > 0 ? string.Create(CultureInfo.InvariantCulture, $"{request.MemoryMiB} MiB of {gpus}")
            : !request.IsExclusive ? string.Create(CultureInfo.InvariantCulture, $"{request.Milli}/1000 of {gpus}")
            : request.Count == 1 ? "a whole GPU"
            : string.Create(CultureInfo.InvariantCulture, $"{request.Count} whole GPUs");
    }
}
