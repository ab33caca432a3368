namespace GpuScheduler.Emulator;

/// <summary>The objects of one stored resource and their history. Written under the lock of the <see cref="ObjectStore"/>.</summary>
internal sealed class ResourceStore(ResourceDefinition resource, int window, long startVersion)
{
    private volatile ObjectTable _table = ObjectTable.Empty;

    public ResourceDefinition Resource { get; } = resource;

    public History History { get; } = new(window, startVersion);

    public ObjectTable Table => _table;

    public void Put(StoredObject now, StoredObject? before)
    {
        _table = _table.With(now);
        History.Append(new HistoryEntry(before is null ? ChangeKind.Added : ChangeKind.Modified, now, before));
    }

    /// <param name="last">The final state, at the version of the removal.</param>
    /// <param name="before">The state it replaces.</param>
    public void Remove(StoredObject last, StoredObject before)
    {
        _table = _table.Without(before);
        History.Append(new HistoryEntry(ChangeKind.Deleted, last, before));
    }
}
