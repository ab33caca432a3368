using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GpuScheduler.Emulator.Tests;

/// <summary>The official C# client against the emulator.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class KubernetesClientTests
{
    [Test]
    public async Task Creates_lists_binds_patches_and_deletes()
    {
        await using Api api = await Api.StartAsync();
        using var client = new Kubernetes(new KubernetesClientConfiguration { Host = api.Server.Address.ToString() });
        var limits = new Dictionary<string, ResourceQuantity> { ["nvidia.com/gpu"] = new("2") };
        V1Pod made = await client.CoreV1.CreateNamespacedPodAsync(new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "a" },
            Spec = new V1PodSpec { Containers = [new V1Container { Name = "main", Image = "i", Resources = new V1ResourceRequirements { Limits = limits } }] },
        }, "default");
        Assert.That(made.Spec.Containers[0].Resources.Requests["nvidia.com/gpu"].ToString(), Is.EqualTo("2"));
        await client.CoreV1.CreateNamespacedPodBindingAsync(new V1Binding
        {
            Metadata = new V1ObjectMeta { Name = "a", Uid = made.Metadata.Uid },
            Target = new V1ObjectReference { ApiVersion = "v1", Kind = "Node", Name = "n1" },
        }, "a", "default");
        V1PodList list = await client.CoreV1.ListPodForAllNamespacesAsync(fieldSelector: "spec.nodeName=n1", limit: 10);
        Assert.That(list.Items.Single().Spec.NodeName, Is.EqualTo("n1"));
        V1Pod patched = await client.CoreV1.PatchNamespacedPodStatusAsync(new V1Patch("""{"status":{"phase":"Running"}}""", V1Patch.PatchType.MergePatch), "a", "default");
        Assert.That(patched.Status.Phase, Is.EqualTo("Running"));
        await client.CoreV1.DeleteNamespacedPodAsync("a", "default", gracePeriodSeconds: 0);
        HttpOperationException gone = (await Assert.ThrowsAsync<HttpOperationException>(() => client.CoreV1.ReadNamespacedPodAsync("a", "default")))!;
        Assert.That(gone.Response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Watches()
    {
        await using Api api = await Api.StartAsync();
        using var client = new Kubernetes(new KubernetesClientConfiguration { Host = api.Server.Address.ToString() });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        api.Server.Cluster.Create(Api.Node("n1"));
        var seen = new List<string>();
        await foreach ((WatchEventType type, V1Node node) in client.CoreV1.WatchListNodeAsync(cancellationToken: limit.Token))
        {
            seen.Add($"{type} {node.Metadata.Name}");
            if (seen.Count == 1) api.Server.Cluster.Delete("nodes", "", "n1");
            if (seen.Count == 2) break;
        }

        Assert.That(seen, Is.EqualTo(new[] { "Added n1", "Deleted n1" }));
    }

    [Test]
    public async Task Renews_a_lease_and_loses_it_to_a_second_writer()
    {
        await using Api api = await Api.StartAsync();
        using var client = new Kubernetes(new KubernetesClientConfiguration { Host = api.Server.Address.ToString() });
        V1Lease lease = await client.CoordinationV1.CreateNamespacedLeaseAsync(new V1Lease
        {
            Metadata = new V1ObjectMeta { Name = "s" },
            Spec = new V1LeaseSpec { HolderIdentity = "one", LeaseDurationSeconds = 15, RenewTime = DateTime.UnixEpoch },
        }, "kube-system");
        lease.Spec.HolderIdentity = "two";
        V1Lease renewed = await client.CoordinationV1.ReplaceNamespacedLeaseAsync(lease, "s", "kube-system");
        Assert.That(renewed.Spec.RenewTime, Is.EqualTo(DateTime.UnixEpoch));
        HttpOperationException refused = (await Assert.ThrowsAsync<HttpOperationException>(() => client.CoordinationV1.ReplaceNamespacedLeaseAsync(lease, "s", "kube-system")))!;
        Assert.That(refused.Response.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
    }
}
