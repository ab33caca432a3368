using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>
/// Every object of the cluster. Writes take one lock and get one increasing resourceVersion; a read of one object takes none.
/// </summary>
internal sealed class ObjectStore
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, ResourceStore> _stores = [];
    private readonly int _window;
    private readonly ObjectMetadata _metadata;
    private long _version = 1;

    public ObjectStore(TimeProvider time, int seed, int window)
    {
        _window = window;
        _metadata = new ObjectMetadata(time, seed);
        Catalog = new ResourceCatalog();
        Time = time;
    }

    public ResourceCatalog Catalog { get; }

    public TimeProvider Time { get; }

    /// <summary>The newest resourceVersion whose change can be read.</summary>
    public long Version => Volatile.Read(ref _version);

    public ResourceStore Store(ResourceDefinition resource)
        => _stores.GetOrAdd(resource.Storage.QualifiedName, static (_, made) => new ResourceStore(made.Storage, made.Window, startVersion: 1), (resource.Storage, Window: _window));

    public StoredObject? Find(ResourceDefinition resource, string space, string name) => Store(resource).Table.Find(space, name);

    public StoredObject Get(ResourceDefinition resource, string space, string name) => Find(resource, space, name) ?? throw ApiError.NotFound(resource, name);

    /// <summary>A table, its resourceVersion and the position in the history that follows it.</summary>
    public (ObjectTable Table, long Version, long Position) Snapshot(ResourceDefinition resource)
    {
        lock (_gate)
        {
            ResourceStore store = Store(resource);
            return (store.Table, _version, store.History.End);
        }
    }

    /// <summary>Takes ownership of <paramref name="document"/>, which is in the version of <paramref name="resource"/>.</summary>
    public StoredObject Create(ResourceDefinition resource, string space, JsonObject document, bool dryRun = false)
    {
        ResourceDefinition storage = resource.Storage;
        document = Conversion.ToStorage(resource, document);
        lock (_gate)
        {
            ResourceStore store = Store(resource);
            _metadata.PrepareForCreate(storage, space, document);
            string name = document.Text("metadata", "name");
            if (storage.Namespaced) CheckNamespace(storage, space, name);
            if (storage.HasStatus) document.Remove("status");
            storage.Strategy.PrepareForCreate(document, this);
            Check(storage, document, old: null);
            if (store.Table.Find(space, name) is not null) throw ApiError.AlreadyExists(resource, name);
            StoredObject made = StoredObject.Create(storage, document, _version + 1);
            if (dryRun) return made.As(resource);
            Commit(store, made, before: null);
            return made.As(resource);
        }
    }

    /// <summary>Stores a document as it is, in place of what is there. It stays the caller's but for its resourceVersion.</summary>
    public void Restore(ResourceDefinition resource, string space, JsonObject document)
    {
        lock (_gate)
        {
            ResourceStore store = Store(resource);
            Commit(store, StoredObject.Create(resource.Storage, document, _version + 1), store.Table.Find(space, document.Text("metadata", "name")));
        }
    }

    /// <summary>Reads, changes and writes in one step. The change gets a private copy in the version of <paramref name="resource"/>, and may give back another document.</summary>
    public StoredObject Update(ResourceDefinition resource, string space, string name, WritePart part, Func<JsonObject, JsonObject> change, bool dryRun = false)
    {
        ResourceDefinition storage = resource.Storage;
        lock (_gate)
        {
            ResourceStore store = Store(resource);
            StoredObject before = store.Table.Find(space, name) ?? throw ApiError.NotFound(resource, name);
            JsonObject document = Conversion.ToStorage(resource, change(Conversion.FromStorage(resource, before.ReadDocument())));
            if (part != WritePart.Own)
            {
                JsonObject old = before.ReadDocument();
                ObjectMetadata.PrepareForUpdate(resource, document, old, part);
                KeepOtherPart(storage, part, document, old);
                if (part == WritePart.Main) storage.Strategy.PrepareForUpdate(document, old, this);
                Check(storage, document, old, part);
                document.Child("metadata")["resourceVersion"] = before.Version.ToText();
                if (JsonNode.DeepEquals(document, old)) return before.As(resource);
            }

            StoredObject now = StoredObject.Create(storage, document, _version + 1);
            if (dryRun) return now.As(resource);
            if (ObjectMetadata.IsFinallyDeleted(document)) CommitRemoval(store, now, before);
            else Commit(store, now, before);
            return now.As(resource);
        }
    }

    /// <summary>Removes the object, or marks it where a grace period or finalizers keep it; <paramref name="removed"/> tells which.</summary>
    public StoredObject Delete(ResourceDefinition resource, string space, string name, DeleteRequest request, out bool removed)
    {
        ResourceDefinition storage = resource.Storage;
        lock (_gate)
        {
            ResourceStore store = Store(resource);
            StoredObject before = store.Table.Find(space, name) ?? throw ApiError.NotFound(resource, name);
            ObjectMetadata.CheckPreconditions(resource, before, request);
            JsonObject document = before.ReadDocument();
            long grace = storage.Strategy.GracePeriod(document, request.GraceSeconds);
            bool changed = _metadata.MarkDeleted(document, grace);
            removed = ObjectMetadata.IsFinallyDeleted(document);
            if (!removed && !changed) return before.As(resource);
            if (request.DryRun) return before.As(resource);
            if (removed && changed && storage.Strategy.MarksBeforeRemoval)
            {
                StoredObject marked = StoredObject.Create(storage, document, _version + 1);
                Commit(store, marked, before);
                (before, document) = (marked, marked.ReadDocument());
            }

            StoredObject last = StoredObject.Create(storage, document, _version + 1);
            if (removed) CommitRemoval(store, last, before);
            else Commit(store, last, before);
            return last.As(resource);
        }
    }

    private void Commit(ResourceStore store, StoredObject now, StoredObject? before)
    {
        store.Put(now, before);
        Volatile.Write(ref _version, now.Version);
        store.Resource.Strategy.Committed(before, now, this);
    }

    private void CommitRemoval(ResourceStore store, StoredObject last, StoredObject before)
    {
        store.Remove(last, before);
        Volatile.Write(ref _version, last.Version);
        store.Resource.Strategy.Committed(before, now: null, this);
        if (before.Namespace.Length > 0) NamespaceStrategy.RemoveIfEmpty(this, before.Namespace);
    }

    /// <summary>Whether any object is left in a namespace.</summary>
    public bool IsEmpty(string space)
    {
        lock (_gate) return !_stores.Values.Any(store => store.Table.HasAny(space));
    }

    /// <summary>The stores of all resources that hold something in a namespace.</summary>
    public IReadOnlyList<ResourceStore> StoresIn(string space)
    {
        lock (_gate) return [.. _stores.Values.Where(store => store.Resource.Namespaced && store.Table.HasAny(space))];
    }

    /// <summary>Empties every history: watches that go on from the past are then answered 410.</summary>
    public void ForgetHistory()
    {
        lock (_gate)
        {
            foreach (ResourceStore store in _stores.Values) store.History.Forget(_version);
        }
    }

    private void CheckNamespace(ResourceDefinition resource, string space, string name)
    {
        ResourceDefinition namespaces = Catalog.Namespaces;
        StoredObject owner = Find(namespaces, "", space) ?? throw ApiError.NotFound(namespaces, space);
        if (NamespaceStrategy.IsTerminating(owner))
            throw ApiError.Forbidden(resource, name, $"unable to create new content in namespace {space} because it is being terminated");
    }

    private static void KeepOtherPart(ResourceDefinition resource, WritePart part, JsonObject document, JsonObject old)
    {
        if (!resource.HasStatus) return;
        if (part == WritePart.Main)
        {
            if (old.Get("status") is { } status) document["status"] = status.DeepClone();
            else document.Remove("status");
            return;
        }

        foreach (string key in document.Select(field => field.Key).Where(key => key is not ("metadata" or "status")).ToArray())
            if (!old.ContainsKey(key)) document.Remove(key);
        foreach ((string key, JsonNode? value) in old)
            if (key is not ("metadata" or "status")) document[key] = value?.DeepClone();
    }

    private static void Check(ResourceDefinition resource, JsonObject document, JsonObject? old, WritePart part = WritePart.Main)
    {
        var errors = new List<FieldError>();
        ObjectMetadata.Validate(resource, document, errors);
        if (part == WritePart.Main)
        {
            resource.Strategy.Validate(document, errors);
            if (old is not null) resource.Strategy.ValidateUpdate(document, old, errors);
        }
        else if (part == WritePart.Status && old is not null)
        {
            resource.Strategy.ValidateStatusUpdate(document, old, errors);
        }

        if (errors.Count > 0) throw ApiError.Invalid(resource, document.Text("metadata", "name"), errors);
    }
}
