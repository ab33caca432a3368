namespace GpuScheduler.Kubernetes.Tests;

[Parallelizable(ParallelScope.All)]
internal sealed class ObjectStoreTests
{
    [Test]
    public void A_list_with_an_object_that_has_no_readable_name_deletes_nothing()
    {
        ThingView view = new();
        ObjectStore<Thing> store = new(new ThingDecoder(false), view);
        store.BeginList();
        store.SetListed(new Thing("a", "1", 3));
        store.EndList();
        store.BeginList();
        store.DoubtList();
        store.EndList();
        Assert.That(view.Calls, Is.EqualTo(new[] { "+a@3" }));
        store.BeginList();
        store.EndList();
        Assert.That(view.Calls, Is.EqualTo(new[] { "+a@3", "-a@3" }));
    }

    [Test]
    public void A_deletion_that_is_newer_than_what_is_known_under_the_name_deletes_it_whatever_its_uid()
    {
        ThingView view = new();
        ObjectStore<Thing> store = new(new ThingDecoder(false), view);
        store.BeginList();
        store.SetListed(new Thing("a", "1", 3));
        store.EndList();
        store.Delete(new ObjectMeta(new ObjectKey("ns", "a"), "0", "2", false));
        Assert.That(store.Count, Is.EqualTo(1), "it had the name before");
        store.Delete(new ObjectMeta(new ObjectKey("ns", "a"), "2", "9", false));
        Assert.That(view.Calls, Is.EqualTo(new[] { "+a@3", "-a@3" }));
    }
}
