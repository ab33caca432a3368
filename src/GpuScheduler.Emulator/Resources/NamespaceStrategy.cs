using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Namespaces: deleting one deletes what is in it, at once rather than by a controller; it goes when the last object went.</summary>
internal sealed class NamespaceStrategy : ResourceStrategy
{
    public override NameRule NameRule => NameRule.Label;

    public static bool IsTerminating(StoredObject space) => space.Field(0) == "Terminating";

    public override void PrepareForCreate(JsonObject document, ObjectStore store)
    {
        document.Child("metadata").Child("labels")["kubernetes.io/metadata.name"] = document.Text("metadata", "name");
        document.Child("spec")["finalizers"] = new JsonArray("kubernetes");
        document["status"] = new JsonObject { ["phase"] = "Active" };
    }

    public override void Committed(StoredObject? old, StoredObject? now, ObjectStore store)
    {
        if (now is null || IsTerminating(now) || now.ReadDocument().At("metadata", "deletionTimestamp") is null) return;
        store.Update(now.Resource, "", now.Name, WritePart.Own, static document =>
        {
            document.Child("status")["phase"] = "Terminating";
            return document;
        });
        foreach (ResourceStore held in store.StoresIn(now.Name))
            foreach (StoredObject stored in held.Table.In(now.Name)) store.Delete(held.Resource, now.Name, stored.Name, DeleteRequest.Graceful, out _);
        RemoveIfEmpty(store, now.Name);
    }

    /// <summary>Lets a namespace that is being deleted go, once it holds nothing.</summary>
    public static void RemoveIfEmpty(ObjectStore store, string space)
    {
        ResourceDefinition namespaces = store.Catalog.Namespaces;
        if (store.Find(namespaces, "", space) is not { } owner || !IsTerminating(owner) || !store.IsEmpty(space)) return;
        store.Update(namespaces, "", space, WritePart.Own, static document =>
        {
            document.Child("spec").Remove("finalizers");
            return document;
        });
    }
}
