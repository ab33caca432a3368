using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>
/// The objects of an emulated cluster, with the API server's rules, for use in process: node fakes and tests. Safe for use by any thread.
/// Resources are named as kubectl names them: <c>pods</c>, <c>leases.coordination.k8s.io</c>. Refusals are <see cref="ApiStatusException"/>s.
/// </summary>
public sealed class EmulatedCluster
{
    /// <summary>Made with the namespaces default, kube-system, kube-public and kube-node-lease and the two system priority classes.</summary>
    /// <param name="seed">Seeds uids and generated names.</param>
    /// <param name="watchWindow">How many changes of each resource are kept for watches.</param>
    public EmulatedCluster(TimeProvider time, int seed = 1, int watchWindow = 16_384)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(watchWindow);
        Objects = new ObjectStore(time, seed, watchWindow);
        foreach (string name in (ReadOnlySpan<string>)["default", "kube-system", "kube-public", "kube-node-lease"])
            Create(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } });
        CreatePriorityClass("system-cluster-critical", 2_000_000_000);
        CreatePriorityClass("system-node-critical", 2_000_001_000);
    }

    internal ObjectStore Objects { get; }

    /// <summary>The newest resourceVersion.</summary>
    public long Version => Objects.Version;

    /// <summary>Stores a new object of the kind the document names, and gives it back as stored. The document stays the caller's.</summary>
    public JsonObject Create(JsonObject document)
    {
        ResourceDefinition resource = Resource(document);
        return Objects.Create(resource, Space(resource, document), document.DeepClone().AsObject()).ReadDocument();
    }

    /// <summary>
    /// Stores an object as a backup has it: its status, uid and times as they are, without defaults and checks; only the resourceVersion is new. Much faster than
    /// <see cref="Create"/>, for clusters of very many objects. The document is in the version that is stored, with its namespace.
    /// </summary>
    public void Restore(JsonObject document)
    {
        ResourceDefinition resource = Resource(document);
        Objects.Restore(resource, Space(resource, document), document);
    }

    /// <summary>A private copy; null where there is no such object.</summary>
    public JsonObject? Get(string resource, string space, string name) => Objects.Find(Resource(resource), space, name)?.ReadDocument();

    /// <summary>Private copies in the order of their keys; of all namespaces where <paramref name="space"/> is empty.</summary>
    public IReadOnlyList<JsonObject> List(string resource, string space = "")
        => [.. Objects.Snapshot(Resource(resource)).Table.In(space).Select(stored => stored.ReadDocument())];

    /// <summary>Replaces an object, all but its status; the document's resourceVersion, if it has one, must be the current one.</summary>
    public JsonObject Update(JsonObject document) => Replace(document, WritePart.Main);

    /// <summary>Replaces the status and metadata of an object.</summary>
    public JsonObject UpdateStatus(JsonObject document) => Replace(document, WritePart.Status);

    /// <summary>Changes the status and metadata of an object in one step, so that no other write comes between. Null where there is no such object.</summary>
    public JsonObject? ChangeStatus(string resource, string space, string name, Action<JsonObject> change)
    {
        try
        {
            return Objects.Update(Resource(resource), space, name, WritePart.Status, document =>
            {
                change(document);
                return document;
            }).ReadDocument();
        }
        catch (ApiStatusException refusal) when (refusal.Code == 404)
        {
            return null;
        }
    }

    /// <summary>Deletes an object; false where there is none.</summary>
    /// <param name="graceSeconds">Null for the object's own grace period; 0 removes it at once, as a kubelet does when a pod has ended.</param>
    /// <param name="uid">If given, only the object of that uid.</param>
    public bool Delete(string resource, string space, string name, long? graceSeconds = null, string uid = "")
    {
        try
        {
            Objects.Delete(Resource(resource), space, name, new DeleteRequest(uid, GraceSeconds: graceSeconds), out _);
            return true;
        }
        catch (ApiStatusException refusal) when (refusal.Code == 404)
        {
            return false;
        }
    }

    /// <summary>
    /// Every object as it is now, as added, then every change, until cancelled. Falling behind by more than the watch window throws Expired (410).
    /// </summary>
    public async IAsyncEnumerable<ClusterChange> Changes(string resource, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ResourceDefinition definition = Resource(resource);
        History history = Objects.Store(definition).History;
        (ObjectTable table, long version, long position) = Objects.Snapshot(definition);
        foreach (StoredObject stored in table.In("")) yield return new ClusterChange(ChangeKind.Added, stored);
        var batch = new List<HistoryEntry>();
        while (true)
        {
            await history.WaitAsync(position).WaitAsync(cancellation).ConfigureAwait(false);
            batch.Clear();
            if (!history.TryRead(position, batch, most: 256)) throw ApiError.TooOld(version, Objects.Version);
            position += batch.Count;
            foreach (HistoryEntry entry in batch)
            {
                version = entry.Object.Version;
                yield return new ClusterChange(entry.Kind, entry.Object);
            }
        }
    }

    /// <summary>Forgets past changes, as a restarted API server has: every watch that goes on from an old version is answered 410.</summary>
    public void ForgetHistory() => Objects.ForgetHistory();

    private JsonObject Replace(JsonObject document, WritePart part)
    {
        ResourceDefinition resource = Resource(document);
        JsonObject given = document.DeepClone().AsObject();
        return Objects.Update(resource, Space(resource, document), document.Text("metadata", "name"), part, _ => given).ReadDocument();
    }

    private void CreatePriorityClass(string name, long value) => Create(new JsonObject
    {
        ["apiVersion"] = "scheduling.k8s.io/v1",
        ["kind"] = "PriorityClass",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["value"] = value,
    });

    private static string Space(ResourceDefinition resource, JsonObject document)
        => !resource.Namespaced ? "" : document.Text("metadata", "namespace") is { Length: > 0 } space ? space : "default";

    private ResourceDefinition Resource(string name)
        => Objects.Catalog.FindName(name) ?? throw new ArgumentException($"No resource \"{name}\": name it as kubectl does, such as \"pods\" or \"leases.coordination.k8s.io\".", nameof(name));

    private ResourceDefinition Resource(JsonObject document)
        => Objects.Catalog.FindKind(document.Text("apiVersion"), document.Text("kind"))
            ?? throw ApiError.BadRequest($"no matches for kind \"{document.Text("kind")}\" in version \"{document.Text("apiVersion")}\"");
}
