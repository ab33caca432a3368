namespace GpuScheduler.Emulator;

/// <summary>What a watch event says happened.</summary>
public enum ChangeKind
{
    Added,
    Modified,
    Deleted,
}
