namespace GpuScheduler.Emulator;

/// <summary>The parts of metav1.DeleteOptions that matter here.</summary>
internal sealed record DeleteRequest(string Uid = "", string ResourceVersion = "", long? GraceSeconds = null, bool DryRun = false)
{
    public static readonly DeleteRequest Now = new(GraceSeconds: 0);
    public static readonly DeleteRequest Graceful = new();
}
