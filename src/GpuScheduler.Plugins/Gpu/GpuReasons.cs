namespace GpuScheduler.Plugins;

/// <summary>Why a node cannot give a pod its GPUs, in kube-scheduler's style: it puts the number of nodes before them.</summary>
internal static class GpuReasons
{
    public const string NoDevice = "node(s) had no GPU";
    public const string NoUsableDevice = "node(s) had no usable GPU";
    public const string OtherModel = "node(s) had no GPU of an allowed model";
    public const string TooFewDevices = "node(s) had fewer GPUs than requested";
    public const string TooLittleMemory = "node(s) had GPUs with too little memory";
    public const string DevicePlugin = "node(s) couldn't share or select GPUs (device-plugin regime)";
    public const string NotHami = "node(s) couldn't limit GPUs as HAMi does (not in the hami regime)";
    public const string OnlyByHami = "node(s) give GPUs only to containers that request nvidia.com/gpu (hami regime)";
    public const string NotDra = "node(s) had no GPUs that can be claimed (not in the dra regime)";
    public const string OnlyByClaim = "node(s) give GPUs only to pods that claim them in spec.resourceClaims (dra regime)";
    public const string TooFewWholeFree = "node(s) had too few free GPUs";
    public const string TooLittleShare = "node(s) had no GPU with enough free share";
    public const string TooFewShares = "node(s) had too few GPUs with enough free share";

    /// <summary>All GPUs are counted by another extended resource than the one that is asked for.</summary>
    public static string NoneOf(string resource) => $"node(s) had no {resource}";
}
