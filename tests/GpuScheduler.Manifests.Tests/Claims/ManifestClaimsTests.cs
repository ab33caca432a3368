using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests.Tests;

/// <summary>Dumps with claims.</summary>
[TestFixture]
internal sealed class ManifestClaimsTests
{
    private const string Class = """
        ---
        apiVersion: resource.k8s.io/v1
        kind: DeviceClass
        metadata: {name: gpu}
        spec: {selectors: [{cel: {expression: "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'gpu'"}}]}
        """;

    [Test]
    public void A_bound_pod_holds_what_its_claims_are_allocated_and_a_pending_one_asks_what_its_template_would()
    {
        ClusterManifest manifest = Clusters.Read(
            Clusters.NodeText() + "\n" + Slice(4) + Class,
            Claim("ResourceClaim", "held", 2) + """
            status:
              reservedFor: [{resource: pods, name: p, uid: u}]
              allocation: {devices: {results: [{request: r, driver: gpu.nvidia.com, pool: n, device: gpu-3}, {request: r, driver: gpu.nvidia.com, pool: n, device: gpu-10}]}}
            """,
            Claim("ResourceClaimTemplate", "t", 3),
            Clusters.PodText("nodeName: n\nresourceClaims: [{name: g, resourceClaimName: held}]", status: "{phase: Running}"),
            Clusters.PodText("resourceClaims: [{name: g, resourceClaimTemplateName: t}]").Replace("name: p", "name: q", StringComparison.Ordinal));
        Node node = manifest.Nodes.Single();
        Assert.That((node.Regime, node.Shape.Count, node.Shape.Devices[0].Model, node.Shape.Devices[0].MemoryMiB), Is.EqualTo((AllocationRegime.Dra, 5, "Tesla-T4", 16384)));
        Assert.That(node.DeviceUuids[3..], Is.EqualTo(new[] { "gpu.nvidia.com/n/gpu-3", "gpu.nvidia.com/n/gpu-10" }), "by number");
        Assert.That(manifest.Pods[0].BoundDevices, Is.EqualTo(DeviceSet.Only(3).With(4)));
        DeviceRequest request = manifest.Pods[1].Spec.Devices;
        Assert.That((request.Count, request.Form, string.Join(',', request.Models)), Is.EqualTo((3, DeviceRequestForm.Claim, "Tesla-T4")));
        Assert.That(manifest.Notes, Is.Empty);
    }

    [Test]
    public void A_pod_whose_claim_is_allocated_goes_where_that_is_and_takes_no_more()
    {
        ClusterManifest manifest = Clusters.Read(
            Clusters.NodeText() + "\n" + Slice(4) + Class,
            Claim("ResourceClaim", "c", 1) + """
            status:
              allocation:
                devices: {results: [{request: r, driver: gpu.nvidia.com, pool: n, device: gpu-3}]}
                nodeSelector: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [n]}]}]}
            """,
            Clusters.PodText("resourceClaims: [{name: g, resourceClaimName: c}]"));
        Pod pod = manifest.Pods.Single();
        Assert.That(pod.Spec.Devices.IsNone);
        Assert.That(pod.Spec.NodeAffinity!.Required!.Value.Single().MatchFields.Single().Values, Is.EqualTo(new[] { "n" }));
    }

    [Test]
    public void What_is_not_honoured_and_what_is_not_there_is_noted()
    {
        ClusterManifest manifest = Clusters.Read(
            Clusters.NodeText(), Claim("ResourceClaim", "c", 1), Clusters.PodText("resourceClaims: [{name: g, resourceClaimName: c}, {name: h, resourceClaimName: gone}]"));
        Assert.That(manifest.Notes, Has.Some.Contains("there is no DeviceClass \"gpu\""));
        Assert.That(manifest.Notes, Has.Some.StartsWith("pods have resource claims that the input does not have"));
    }

    [Test]
    public void Devices_that_are_no_whole_GPUs_are_left_out_and_a_device_plugin_goes_first()
    {
        const string Others = """
            - {name: mig, attributes: {type: {string: mig}}, capacity: {memory: {value: 5Gi}}}
            - {name: part, attributes: {type: {string: gpu}}, consumesCounters: [{counterSet: c, counters: {memory: {value: 1Gi}}}]}
            - {name: nic}
            - {name: shared, attributes: {type: {string: gpu}}, allowMultipleAllocations: true}
            - {name: tainted, attributes: {type: {string: gpu}}, taints: [{key: gpu.nvidia.com/xid, effect: NoSchedule}]}
            - {name: fine, capacity: {memory: {value: 8Gi}}, taints: [{key: gpu.nvidia.com/unmonitored, effect: None}], attributes: {numa: {int: 1}, resource.kubernetes.io/pcieRoot: {string: "pci0000:01"}}}
            """;
        Node node = Clusters.Read(Clusters.NodeText() + "\n" + Slice(0, Configurations.Indent(Others, 4))).Nodes.Single();
        Assert.That(node.DeviceUuids, Is.EqualTo(new[] { "gpu.nvidia.com/n/fine", "gpu.nvidia.com/n/tainted" }));
        Assert.That(node.Shape.Devices, Is.EqualTo(new[] { new Device(0, "gpu.nvidia.com", 8192, 1, "pci0000:01"), new Device(1, "gpu.nvidia.com", 0, IsUsable: false) }));
        node = Clusters.Read(Clusters.NodeText(allocatable: "cpu: 8, nvidia.com/gpu: 2") + "\n" + Slice(4)).Nodes.Single();
        Assert.That((node.Regime, node.Shape.Count), Is.EqualTo((AllocationRegime.DevicePlugin, 2)));
    }

    private static string Slice(int devices, string more = "")
    {
        // The last has a number of two digits.
        string[] names = [.. Enumerable.Range(0, devices).Select(i => $"gpu-{i}"), .. devices > 0 ? (string[])["gpu-10"] : []];
        string[] lines = [.. names.Select(n => $"    - {{name: {n}, attributes: {{type: {{string: gpu}}, productName: {{string: Tesla T4}}}}, capacity: {{memory: {{value: 16Gi}}}}}}")];
        return $"""
            ---
            apiVersion: resource.k8s.io/v1
            kind: ResourceSlice
            metadata: {"{"}name: n-slice{"}"}
            spec:
                driver: gpu.nvidia.com
                nodeName: n
                pool: {"{"}name: n, generation: 1, resourceSliceCount: 1{"}"}
                devices:
            {string.Join('\n', lines)}
            {more}

            """;
    }

    private static string Claim(string kind, string name, int count)
    {
        string spec = $"devices: {{requests: [{{name: r, exactly: {{deviceClassName: gpu, count: {count}}}}}]}}";
        return $"apiVersion: resource.k8s.io/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  {(kind == "ResourceClaim" ? spec : $"spec: {{{spec}}}")}\n";
    }
}
