using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests.Tests;

public sealed class PodReaderTests
{
    [Test]
    public void A_pod_is_read_with_all_that_scheduling_looks_at()
    {
        Pod pod = Clusters.Read("""
            {"apiVersion": "v1", "kind": "Pod",
             "metadata": {"name": "p", "namespace": "ns", "uid": "u", "labels": {"app": "a"}, "creationTimestamp": "2026-01-31T12:00:00Z", "managedFields": [{"f:x": 1}]},
             "spec": {"schedulerName": "gpu", "priority": 7, "newField": 1, "schedulingGates": [{"name": "g"}],
                      "nodeSelector": {"zone": "a"}, "overhead": {"cpu": "10m"}, "resources": {"requests": {"cpu": "3"}, "limits": {"memory": "4Gi"}},
                      "initContainers": [{"name": "side", "restartPolicy": "Always", "resources": {"requests": {"cpu": 1}}}, {"name": "once"}],
                      "containers": [{"name": "c", "image": "i:1", "resources": {"requests": {"cpu": "500m"}, "limits": {"cpu": "1", "memory": "1Gi", "nvidia.com/gpu": "2"}},
                                      "ports": [{"containerPort": 80, "hostPort": 8080}, {"containerPort": 81}, {"containerPort": 82, "hostPort": 82, "protocol": "UDP", "hostIP": "10.0.0.1"}]}],
                      "tolerations": [{"key": "k", "value": "v", "effect": "NoSchedule"}, {"operator": "Exists"}]}}
            """).Pods.Single();
        Assert.Multiple(() =>
        {
            Assert.That((pod.Namespace, pod.Name, pod.Uid, pod.Priority), Is.EqualTo(("ns", "p", "u", 7)));
            Assert.That(pod.Labels, Is.EqualTo(LabelSet.Of(("app", "a"))));
            Assert.That(pod.Created, Is.EqualTo(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero)));
            Assert.That(pod.SchedulingGates, Is.EqualTo(new[] { "g" }));
            Assert.That((pod.BoundNode, pod.IsTerminal), Is.EqualTo(("", false)));
            PodSpec spec = pod.Spec;
            Assert.That((spec.Namespace, spec.SchedulerName), Is.EqualTo(("ns", "gpu")));
            Assert.That(spec.NodeSelector, Is.EqualTo(LabelSet.Of(("zone", "a"))));
            Assert.That(spec.Overhead, Is.EqualTo(ResourceList.Of(("cpu", 10))));
            Assert.That(spec.PodResources, Is.EqualTo(ResourceList.Of(("cpu", 3000), ("memory", 4L << 30))));
            Assert.That(spec.InitContainers.Select(c => (c.Name, c.IsSidecar, c.Requests["cpu"])), Is.EqualTo(new[] { ("side", true, 1000L), ("once", false, 0L) }));
            Container container = spec.Containers.Single();
            Assert.That((container.Name, container.Image, container.IsSidecar), Is.EqualTo(("c", "i:1", false)));
            Assert.That(container.Requests, Is.EqualTo(ResourceList.Of(("cpu", 500), ("memory", 1L << 30), ("nvidia.com/gpu", 2))));
            Assert.That(container.HostPorts, Is.EqualTo(new[] { new HostPort("0.0.0.0", "TCP", 8080), new HostPort("10.0.0.1", "UDP", 82) }));
            Assert.That(spec.Tolerations, Is.EqualTo(new[]
            {
                new Toleration("k", TolerationOperator.Equal, "v", TaintEffect.NoSchedule), new Toleration("", TolerationOperator.Exists, "", null),
            }));
            Assert.That((spec.Devices.Count, spec.Devices.Milli), Is.EqualTo((2, 1000)));
        });
    }

    [Test]
    public void A_pod_on_the_hosts_network_takes_its_ports_from_the_host() =>
        Assert.That(Clusters.Pod("hostNetwork: true\ncontainers: [{name: c, ports: [{containerPort: 9100}]}]").Spec.Containers[0].HostPorts,
            Is.EqualTo(new[] { new HostPort("0.0.0.0", "TCP", 9100) }));

    [Test]
    public void Node_affinity_is_read()
    {
        NodeAffinity affinity = Clusters.Pod("""
            affinity:
              nodeAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                  nodeSelectorTerms:
                  - matchExpressions: [{key: zone, operator: In, values: [a, b]}, {key: gpu, operator: Exists}, {key: n, operator: Gt, values: ["5"]}]
                  - matchFields: [{key: metadata.name, operator: NotIn, values: [x]}]
                preferredDuringSchedulingIgnoredDuringExecution:
                - {weight: 50, preference: {matchExpressions: [{key: k, operator: DoesNotExist}]}}
            """).Spec.NodeAffinity!;
        Assert.That(affinity.Required!.Value, Has.Length.EqualTo(2));
        Assert.That(affinity.Required.Value[0].MatchExpressions.Select(r => $"{r.Key} {r.Operator} {string.Join('|', r.Values)}"), Is.EqualTo(new[] { "zone In a|b", "gpu Exists ", "n Gt 5" }));
        Assert.That(affinity.Required.Value[1].MatchFields.Single().Operator, Is.EqualTo(NodeSelectorOperator.NotIn));
        Assert.That(affinity.Preferred.Single().Weight, Is.EqualTo(50));
        Assert.That(Clusters.Pod().Spec.NodeAffinity, Is.Null);
    }

    [TestCase("priority: 5\npriorityClassName: whatever", 5)]
    [TestCase("priorityClassName: high", 1000)]
    [TestCase("priorityClassName: system-cluster-critical", 2_000_000_000)]
    [TestCase("priorityClassName: system-node-critical", 2_000_001_000)]
    [TestCase("", 10)]
    public void Priority_is_the_number_or_that_of_the_class_or_the_default(string spec, int expected)
    {
        string classes = """
            ---
            apiVersion: scheduling.k8s.io/v1
            kind: PriorityClass
            metadata: {name: high}
            value: 1000
            ---
            apiVersion: scheduling.k8s.io/v1
            kind: PriorityClass
            metadata: {name: low}
            value: 10
            globalDefault: true
            """;
        Assert.That(Clusters.Read(Clusters.PodText(spec), classes).Pods.Single().Priority, Is.EqualTo(expected));
    }

    [TestCase("priorityClassName: quiet", PreemptionPolicy.Never)]
    [TestCase("priorityClassName: quiet\npreemptionPolicy: PreemptLowerPriority", PreemptionPolicy.PreemptLowerPriority)]
    [TestCase("preemptionPolicy: Never", PreemptionPolicy.Never)]
    [TestCase("", PreemptionPolicy.PreemptLowerPriority)]
    public void Preemption_policy_is_what_the_pod_says_or_that_of_the_class(string spec, PreemptionPolicy expected)
    {
        string classes = """
            ---
            apiVersion: scheduling.k8s.io/v1
            kind: PriorityClass
            metadata: {name: quiet}
            value: 10
            preemptionPolicy: Never
            """;
        Assert.That(Clusters.Read(Clusters.PodText(spec), classes).Pods.Single().PreemptionPolicy, Is.EqualTo(expected));
    }

    [TestCase("", "n", "")]
    [TestCase("{phase: Pending}", "", "n")]
    [TestCase("{phase: Running}", "", "n")]
    public void A_node_name_is_a_wish_until_there_is_a_phase(string status, string wanted, string bound)
    {
        Pod pod = Clusters.Pod("nodeName: n", status: status);
        Assert.That((pod.Spec.NodeName, pod.BoundNode), Is.EqualTo((wanted, bound)));
    }

    [Test]
    public void The_deadline_of_a_pod_and_whether_it_succeeded_are_read()
    {
        Assert.That(Clusters.Pod("activeDeadlineSeconds: 90").ActiveDeadline, Is.EqualTo(TimeSpan.FromSeconds(90)));
        Assert.That(Clusters.Pod("nodeName: n").ActiveDeadline, Is.Null);
        Assert.That(Clusters.Pod("nodeName: n", status: "{phase: Succeeded}").HasSucceeded);
        Assert.That(Clusters.Pod("nodeName: n", status: "{phase: Failed}").HasSucceeded, Is.False);
    }

    [TestCase("Running", false)]
    [TestCase("Succeeded", true)]
    [TestCase("Failed", true)]
    public void A_pod_that_has_finished_is_terminal(string phase, bool expected) =>
        Assert.That(Clusters.Pod("nodeName: n", status: $"{{phase: {phase}}}").IsTerminal, Is.EqualTo(expected));

    [Test]
    public void A_bound_pod_holds_the_devices_of_its_annotation()
    {
        const string Devices = "annotations: {gpuscheduler.dev/devices: '0,3'}";
        Assert.That(Clusters.Pod("nodeName: n", Devices, "{phase: Running}").BoundDevices, Is.EqualTo(new DeviceSet(0b1001)));
        Assert.That(Clusters.Pod("nodeName: n", Devices, "{phase: Succeeded}").BoundDevices.IsEmpty);
        Assert.That(Clusters.Pod("", Devices, "{phase: Pending}").BoundDevices.IsEmpty);
    }

    [Test]
    public void A_share_of_a_device_is_read_from_annotations()
    {
        DeviceRequest request = Clusters.Pod(metadata: "annotations: {gpuscheduler.dev/gpu-fraction: '0.5', gpuscheduler.dev/gpu-model: 'A100,H100'}").Spec.Devices;
        Assert.That((request.Count, request.Milli, string.Join(' ', request.Models)), Is.EqualTo((1, 500, "A100 H100")));
    }

    [TestCase("containers: [{name: c, resources: {requests: {cpu: abc}}}]", "spec.containers[0].resources.requests.cpu: \"abc\" is not a quantity: it must begin with a number; write one such as 500m, 4 or 16Gi")]
    [TestCase("containers: [{name: c, resources: {limits: {memory: -1Gi}}}]", "spec.containers[0].resources.limits.memory: \"-1Gi\" is negative; write 0 or more")]
    [TestCase("containers: []", "spec.containers: has no container; add one")]
    [TestCase("containers: {name: c}", "spec.containers: this is a map; write a list (- item)")]
    [TestCase("containers: [{image: c}]", "spec.containers[0].name: is required; add it")]
    [TestCase("containers: [{name: c, ports: [{hostPort: 70000}]}]", "spec.containers[0].ports[0].hostPort: 70000 is out of range; write a whole number from 0 to 65535")]
    [TestCase("containers: [{name: c, ports: [{containerPort: 1, protocol: HTTP}]}]", "spec.containers[0].ports[0].protocol: \"HTTP\" is unknown; write TCP, UDP or SCTP")]
    [TestCase("nodeSelector: {gpu: true}", "spec.nodeSelector.gpu: true is a bool, not a string; put it in quotes: \"true\"")]
    [TestCase("priority: high", "spec.priority: \"high\" is not a whole number; write one from -2147483648 to 2147483647")]
    [TestCase("priorityClassName: hihg", "spec.priorityClassName: \"hihg\" is no PriorityClass of the input; add the PriorityClass or write priority: <number>")]
    [TestCase("tolerations: [{operator: Exist, key: a}]", "spec.tolerations[0].operator: \"Exist\" is unknown; did you mean \"Exists\"?")]
    [TestCase("tolerations: [{value: a}]", "spec.tolerations[0].operator: has to be Exists where there is no key; write operator: Exists, or a key")]
    [TestCase("affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}", "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: has no term, so no node would match; add one")]
    [TestCase("affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In}]}]}}}", "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: In needs values; add at least one")]
    [TestCase("affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, preference: {}}]}}", "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: 0 is out of range; write a whole number from 1 to 100")]
    public void A_wrong_value_is_an_error_with_its_path(string spec, string expected)
    {
        string[] errors = Clusters.Errors(Clusters.PodText(spec));
        Assert.That(errors, Has.Length.EqualTo(1));
        Assert.That(errors[0], Does.Match(@"^m\.yaml:\d+:\d+: ").And.EndWith(": " + expected));
    }

    [TestCase("a,b", "\"a,b\" is not a list of devices; write their indices, 0 to 15, such as \"0,3\"")]
    [TestCase("16", "\"16\" is not a list of devices; write their indices, 0 to 15, such as \"0,3\"")]
    [TestCase("1,1", "\"1,1\" names device 1 twice; remove one")]
    [TestCase("2", "\"2\" names a device that node n does not have (it has 2); correct it or the node's devices")]
    public void Wrong_devices_of_a_bound_pod_are_an_error(string devices, string expected)
    {
        string pod = Clusters.PodText("nodeName: n", $"annotations: {{gpuscheduler.dev/devices: '{devices}'}}", "{phase: Running}");
        string[] errors = Clusters.Errors(Clusters.NodeText(allocatable: "nvidia.com/gpu: 2"), pod);
        Assert.That(errors.Single(), Does.EndWith(": metadata.annotations[\"gpuscheduler.dev/devices\"]: " + expected));
    }

    [Test]
    public void Devices_that_disagree_with_the_request_are_an_error() =>
        Assert.That(Clusters.Errors(Clusters.PodText(
            "nodeName: n\ncontainers: [{name: c, resources: {limits: {nvidia.com/gpu: 1}}}]", "annotations: {gpuscheduler.dev/devices: '0,1'}", "{phase: Running}")).Single(),
            Does.Contain("\"0,1\" is 2 devices but the pod asks for 1 (").And.EndWith("); make them agree"));

    [Test]
    public void A_contradictory_device_request_is_an_error_at_its_annotation() =>
        Assert.That(Clusters.Errors(Clusters.PodText(metadata: "annotations: {gpuscheduler.dev/gpu-fraction: '1.5'}")).Single(),
            Does.Match("^m\\.yaml:5:48: metadata\\.annotations\\[\"gpuscheduler\\.dev/gpu-fraction\"\\]: gpuscheduler\\.dev/gpu-fraction \"1\\.5\" is more than one device"));

    [Test]
    public void Two_pods_of_one_name_in_one_namespace_are_an_error_with_both_places()
    {
        Assert.That(Clusters.Errors(Clusters.PodText(), Clusters.PodText()).Single(),
            Is.EqualTo("m1.yaml:4:9: metadata.name: pod default/p is in the input already, at m0.yaml:1:1; remove or rename one"));
        Assert.That(Clusters.Read(Clusters.PodText(), Clusters.PodText(metadata: "namespace: other")).Pods, Has.Length.EqualTo(2));
    }

    [Test]
    public void What_is_not_modelled_is_noted()
    {
        ClusterManifest manifest = Clusters.Read(
            Clusters.NodeText(),
            Clusters.PodText("nodeName: elsewhere\naffinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1}]}}\ntopologySpreadConstraints: [{}]\nresourceClaims: [{name: r}]", status: "{phase: Running}"));
        Assert.That(manifest.Notes, Is.EqualTo(new[]
        {
            "pods are bound to nodes that are not in the input: 1, such as default/p",
            "pods have pod affinity or anti-affinity, which is not regarded: 1, such as p",
            "pods have resource claims that the input does not have (get deviceclasses, resourceslices and resourceclaims, too): 1, such as default/p",
            "pods have topology spread constraints, which are not regarded: 1, such as p",
        }));
        Assert.That(manifest.Pods.Single().Disregarded, Is.EqualTo(PodConstraints.None), "they demand nothing");
    }

    [TestCase("affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z}]}}", PodConstraints.PodAffinity)]
    [TestCase("affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1}]}}", PodConstraints.None)]
    [TestCase("affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z}]}}", PodConstraints.PodAntiAffinity)]
    [TestCase("topologySpreadConstraints: [{whenUnsatisfiable: ScheduleAnyway}, {whenUnsatisfiable: DoNotSchedule}]", PodConstraints.TopologySpread)]
    [TestCase("topologySpreadConstraints: [{whenUnsatisfiable: ScheduleAnyway}]", PodConstraints.None)]
    public void What_a_pod_demands_beyond_the_model_is_known(string spec, PodConstraints expected) =>
        Assert.That(Clusters.Read(Clusters.NodeText(), Clusters.PodText(spec)).Pods.Single().Disregarded, Is.EqualTo(expected));

    [TestCase("k1", "{}", PodConstraints.None, TestName = "Affinity_that_only_says_what_exclusive_topology_says_is_kept_by_the_gang")]
    [TestCase("k2", "{}", PodConstraints.PodAffinity | PodConstraints.PodAntiAffinity, TestName = "Affinity_to_another_job_is_not_regarded")]
    [TestCase("k1", "{matchLabels: {a: b}}", PodConstraints.PodAffinity | PodConstraints.PodAntiAffinity, TestName = "Affinity_in_some_namespaces_is_not_regarded")]
    public void Affinity_of_exclusive_topology(string key, string namespaces, PodConstraints expected)
    {
        const string Label = "jobset.sigs.k8s.io/job-key";
        string affinity = $$$"""
            affinity:
              podAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                - {topologyKey: rack, namespaceSelector: {{{namespaces}}}, labelSelector: {matchExpressions: [{key: {{{Label}}}, operator: In, values: [{{{key}}}]}]}}
              podAntiAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                - {topologyKey: rack, namespaceSelector: {{{namespaces}}}, labelSelector: {matchExpressions: [{key: {{{Label}}}, operator: Exists}, {key: {{{Label}}}, operator: NotIn, values: [{{{key}}}]}]}}
            """;
        ClusterManifest manifest = Clusters.Read(
            Clusters.NodeText(), Clusters.PodText(affinity, metadata: $"labels: {{{Label}: k1}}\nannotations: {{alpha.jobset.sigs.k8s.io/exclusive-topology: rack}}"));
        Assert.That(manifest.Pods.Single().NotRegarded, Is.EqualTo(expected));
        Assert.That(manifest.Notes.Any(n => n.Contains("affinity", StringComparison.Ordinal)), Is.EqualTo(expected != PodConstraints.None));
    }
}
