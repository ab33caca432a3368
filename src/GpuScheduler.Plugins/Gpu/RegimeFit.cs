using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>Which nodes cannot do what a request says because of how devices are handed out there, and why.</summary>
internal static class RegimeFit
{
    /// <summary>Lanes whose regime cannot honour the request, whatever is free there.</summary>
    /// <param name="nodes">The block's nodes.</param>
    /// <param name="request">The request.</param>
    /// <param name="leavesChoiceOpen">It is for whole devices, and any will do.</param>
    public static ulong Unsuited(BlockNodes nodes, DeviceRequest request, bool leavesChoiceOpen)
    {
        ulong byHami = nodes.InRegime(AllocationRegime.Hami);
        return request.Form == DeviceRequestForm.Hami ? ~byHami
            : PickedByKubelet(nodes, leavesChoiceOpen) | (request.IsHeardIn(AllocationRegime.Hami) ? 0 : byHami);
    }

    /// <summary>Why a node of such a regime cannot honour the request.</summary>
    public static string Reason(DeviceRequest request, bool isHami) =>
        request.Form == DeviceRequestForm.Hami ? GpuReasons.NotHami
        : isHami ? GpuReasons.OnlyByHami
        : GpuReasons.DevicePlugin;

    private static ulong PickedByKubelet(BlockNodes nodes, bool leavesChoiceOpen) => leavesChoiceOpen ? 0 : nodes.InRegime(AllocationRegime.DevicePlugin);
}
