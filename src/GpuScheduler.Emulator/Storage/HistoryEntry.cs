namespace GpuScheduler.Emulator;

/// <summary>One change as the history keeps it. <paramref name="Before"/> is the state that it replaced, null for a creation.</summary>
internal sealed record HistoryEntry(ChangeKind Kind, StoredObject Object, StoredObject? Before)
{
    private StoredObject? _left;

    /// <summary>The state before as of this change's version: what a watch shows when an object leaves its selection.</summary>
    public StoredObject Left => _left ??= Before!.AtVersion(Object.Version);
}
