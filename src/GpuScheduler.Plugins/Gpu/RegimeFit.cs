using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>Which nodes cannot do what a request says because of how devices are handed out there, and why.</summary>
internal static class RegimeFit
{
    /// <summary>All that there are.</summary>
    public static readonly AllocationRegime[] Regimes = Enum.GetValues<AllocationRegime>();

    /// <summary>Lanes whose regime cannot honour the request, whatever is free there.</summary>
    /// <param name="nodes">The block's nodes.</param>
    /// <param name="request">The request.</param>
    /// <param name="leavesChoiceOpen">It is for whole devices, and any will do.</param>
    public static ulong Unsuited(BlockNodes nodes, DeviceRequest request, bool leavesChoiceOpen)
    {
        ulong unsuited = leavesChoiceOpen ? 0 : nodes.InRegime(AllocationRegime.DevicePlugin);
        foreach (AllocationRegime regime in Regimes)
        {
            unsuited |= request.IsHeardIn(regime) ? 0 : nodes.InRegime(regime);
        }

        return unsuited;
    }

    /// <summary>Why a node of such a regime cannot honour the request.</summary>
    public static string Reason(DeviceRequest request, AllocationRegime regime) => (request.Form, regime) switch
    {
        (DeviceRequestForm.Hami, _) => GpuReasons.NotHami,
        (DeviceRequestForm.Claim, _) => GpuReasons.NotDra,
        (_, AllocationRegime.Hami) => GpuReasons.OnlyByHami,
        (_, AllocationRegime.Dra) => GpuReasons.OnlyByClaim,
        _ => GpuReasons.DevicePlugin,
    };
}
