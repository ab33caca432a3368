namespace GpuScheduler.Emulator.Tests;

/// <summary>What users type, typed.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class KubectlTests
{
    private const string PodYaml = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: train
          labels: {app: train}
        spec:
          schedulerName: gpu-scheduler
          containers:
          - name: main
            image: registry/train:1
            resources: {limits: {nvidia.com/gpu: 2}}
        """;

    private const string DeploymentYaml = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - {name: main, image: "registry/web:1"}
        """;

    private const string ConfigMapYaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n";

    [OneTimeSetUp]
    public void HasKubectl() => Kubectl.Require();

    [Test]
    public async Task Applies_shows_describes_and_deletes_a_pod()
    {
        await using Api api = await Api.StartAsync();
        using var kubectl = new Kubectl(api.Server.Address);
        Assert.That(await kubectl.RunAsync("apply -f -", PodYaml), Is.EqualTo("pod/train created\n"));
        Assert.That(await kubectl.RunAsync("apply -f -", PodYaml), Is.EqualTo("pod/train unchanged\n"));
        Assert.That(await kubectl.RunAsync("apply -f -", PodYaml.Replace("train:1", "train:2")), Is.EqualTo("pod/train configured\n"));
        string listed = await kubectl.RunAsync("get pods");
        Assert.That(listed, Does.Match(@"NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\ntrain\s+0/1\s+Pending\s+0\s+\d+s\n"));
        await api.CreateAsync("/api/v1/nodes", Api.Node("n1"));
        await api.BindAsync("train", "n1");
        await api.CreateAsync("/apis/events.k8s.io/v1/namespaces/default/events", Api.Read($$"""
            {"metadata":{"name":"train.1"},"eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"gpu-scheduler","reportingInstance":"gpu-scheduler-0","action":"Binding","reason":"Scheduled",
             "type":"Normal","note":"Successfully assigned default/train to n1","regarding":{"apiVersion":"v1","kind":"Pod","namespace":"default","name":"train","uid":"{{(await api.GetAsync(Api.Pods + "/train"))["metadata"]!["uid"]}}" } }
            """));
        string described = await kubectl.RunAsync("describe pod train");
        Assert.That(described, Does.Contain("Node:             n1/").And.Contain("registry/train:2").And.Contain("nvidia.com/gpu:  2").And.Contain("PodScheduled   True").And.Contain("Successfully assigned default/train to n1"));
        Assert.That(await kubectl.RunAsync("get pods -o wide"), Does.Contain("NOMINATED NODE").And.Contain(" n1 "));
        Assert.That(await kubectl.RunAsync("delete pod train --grace-period=0 --force"), Does.Contain("pod \"train\" force deleted"));
        Assert.That((await kubectl.TryAsync("get pod train")).Errors, Is.EqualTo("Error from server (NotFound): pods \"train\" not found\n"));
    }

    [Test]
    public async Task Labels_annotates_and_patches()
    {
        await using Api api = await Api.StartAsync();
        using var kubectl = new Kubectl(api.Server.Address);
        await kubectl.RunAsync("create -f -", PodYaml);
        Assert.That(await kubectl.RunAsync("label pod train tier=gold"), Is.EqualTo("pod/train labeled\n"));
        Assert.That(await kubectl.RunAsync("annotate pod train note=hello"), Is.EqualTo("pod/train annotated\n"));
        Assert.That(await kubectl.RunAsync("get pods -l tier=gold -o name"), Is.EqualTo("pod/train\n"));
        Assert.That(await kubectl.RunAsync("get pods -l tier!=gold -o name"), Is.Empty);
        await kubectl.RunAsync("label pod train tier-");
        Assert.That(await kubectl.RunAsync("get pod train -o jsonpath={.metadata.labels}"), Is.EqualTo("{\"app\":\"train\"}"));
        await kubectl.RunAsync("patch pod train --type=json -p [{\"op\":\"replace\",\"path\":\"/metadata/annotations/note\",\"value\":\"bye\"}]");
        await kubectl.RunAsync("patch pod train --type=merge -p {\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        await kubectl.RunAsync("patch pod train -p {\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"registry/train:9\"}]}}");
        Assert.That(await kubectl.RunAsync("get pod train -o jsonpath={.metadata.annotations.note}~{.metadata.labels.a}~{.spec.containers[0].image}~{.spec.containers[0].resources.limits}"),
            Is.EqualTo("bye b registry/train:9 {\"nvidia.com/gpu\":2}"));
        (int code, _, string errors) = await kubectl.TryAsync("patch pod train -p {\"spec\":{\"schedulerName\":\"other\"}}");
        Assert.That(code, Is.Not.Zero);
        Assert.That(errors, Does.StartWith("The Pod \"train\" is invalid: spec: Forbidden: pod updates may not change fields other than"));
    }

    [Test]
    public async Task Applies_a_deployment_and_prunes_what_the_next_version_leaves_out()
    {
        await using Api api = await Api.StartAsync();
        using var kubectl = new Kubectl(api.Server.Address);
        await kubectl.RunAsync("apply -f -", DeploymentYaml);
        await kubectl.RunAsync("apply -f -", DeploymentYaml.Replace("replicas: 3", "replicas: 5").Replace("{name: web}", "{name: web, annotations: {team: a}}"));
        Assert.That(await kubectl.RunAsync("get deployments"), Does.Match(@"NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE\nweb\s+0/5\s+0\s+0\s+"));
        await kubectl.RunAsync("apply -f -", DeploymentYaml);
        Assert.That(await kubectl.RunAsync("get deployment web -o jsonpath={.spec.replicas}~{.metadata.annotations.team}"), Is.EqualTo("3 "));
        await kubectl.RunAsync("delete deployment web");
        Assert.That(await kubectl.RunAsync("get all"), Is.Empty);
    }

    [Test]
    public async Task Applies_server_side_with_owners_and_conflicts()
    {
        await using Api api = await Api.StartAsync();
        using var kubectl = new Kubectl(api.Server.Address);
        const string first = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '1', b: '2'}\n";
        Assert.That(await kubectl.RunAsync("apply --server-side -f -", first), Is.EqualTo("configmap/c serverside-applied\n"));
        await kubectl.RunAsync("apply --server-side -f -", first.Replace(", b: '2'", ""));
        Assert.That(await kubectl.RunAsync("get configmap c -o jsonpath={.data}"), Is.EqualTo("{\"a\":\"1\"}"));
        (int code, _, string errors) = await kubectl.TryAsync("apply --server-side --field-manager=other -f -", first.Replace("'1'", "'9'"));
        Assert.That(code, Is.Not.Zero);
        Assert.That(errors, Does.Contain("Apply failed with 1 conflict: conflict with \"kubectl\": .data.a"));
        await kubectl.RunAsync("apply --server-side --force-conflicts --field-manager=other -f -", first.Replace("'1'", "'9'"));
        Assert.That(await kubectl.RunAsync("get configmap c -o jsonpath={.data}"), Is.EqualTo("{\"a\":\"9\",\"b\":\"2\"}"));
    }

    [Test]
    public async Task Waits_for_a_condition_and_for_a_deletion()
    {
        var watches = new TaskCompletionSource();
        await using Api api = await Api.StartAsync(new EmulatorOptions
        {
            Middleware = [builder => builder.Use(next => context =>
        {
            if (context.Request.Query["watch"] == "true" && context.Request.Query["fieldSelector"] == "metadata.name=train" ) watches.TrySetResult();
            return next(context);
        })]
        });
        using var kubectl = new Kubectl(api.Server.Address);
        await kubectl.RunAsync("create -f -", PodYaml);
        Task<string> waiting = kubectl.RunAsync("wait --for=condition=PodScheduled pod/train --timeout=30s");
        await api.BindAsync("train", "n1");
        Assert.That(await waiting, Is.EqualTo("pod/train condition met\n"));
        await kubectl.RunAsync("delete pod train --wait=false");
        watches = new TaskCompletionSource();
        Task<string> gone = kubectl.RunAsync("wait --for=delete pod/train --timeout=30s");
        await watches.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That((await api.GetAsync(Api.Pods + "/train"))["metadata"]!["deletionGracePeriodSeconds"]!.GetValue<int>(), Is.EqualTo(30));
        Assert.That(api.Server.Cluster.Delete("pods", "default", "train", graceSeconds: 0), Is.True);
        Assert.That(await gone, Is.EqualTo("pod/train condition met\n"));
    }

    [Test]
    public async Task Shows_nodes_namespaces_leases_and_events_with_their_columns()
    {
        await using Api api = await Api.StartAsync();
        using var kubectl = new Kubectl(api.Server.Address);
        await kubectl.RunAsync("apply -f -", """
            apiVersion: v1
            kind: Node
            metadata: {name: gpu-1, labels: {node-role.kubernetes.io/worker: ""}}
            ---
            apiVersion: coordination.k8s.io/v1
            kind: Lease
            metadata: {name: gpu-scheduler, namespace: kube-system}
            spec: {holderIdentity: one, leaseDurationSeconds: 15}
            """);
        await api.PatchAsync("/api/v1/nodes/gpu-1/status", "application/merge-patch+json", """{"status":{"conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"kubeletVersion":"v1.35.0"},"capacity":{"nvidia.com/gpu":"8"},"allocatable":{"nvidia.com/gpu":"8"}}}""");
        Assert.That(await kubectl.RunAsync("get nodes"), Does.Match(@"NAME\s+STATUS\s+ROLES\s+AGE\s+VERSION\ngpu-1\s+Ready\s+worker\s+\d+s\s+v1.35.0\n"));
        Assert.That(await kubectl.RunAsync("describe node gpu-1"), Does.Contain("nvidia.com/gpu:  8"));
        Assert.That(await kubectl.RunAsync("get ns"), Does.Match(@"NAME\s+STATUS\s+AGE\ndefault\s+Active"));
        Assert.That(await kubectl.RunAsync("get leases -n kube-system"), Does.Match(@"NAME\s+HOLDER\s+AGE\ngpu-scheduler\s+one\s"));
        Assert.That(await kubectl.RunAsync("get pc"), Does.Contain("system-node-critical      2000001000"));
        await kubectl.RunAsync("cordon gpu-1");
        Assert.That(await kubectl.RunAsync("get nodes"), Does.Contain("Ready,SchedulingDisabled"));
        Assert.That(await kubectl.RunAsync("get events"), Is.Empty);
        Assert.That(await kubectl.RunAsync("api-resources"), Does.Contain("customresourcedefinitions").And.Contain("priorityclasses"));
        Assert.That(await kubectl.RunAsync("version"), Does.Contain("Server Version: v1.35.0"));
    }

    [Test]
    public async Task Serves_a_custom_resource_from_its_definition()
    {
        await using Api api = await Api.StartAsync();
        using var kubectl = new Kubectl(api.Server.Address);
        await kubectl.RunAsync("apply -f -", """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: gangs.gpu.example.com}
            spec:
              group: gpu.example.com
              scope: Namespaced
              names: {plural: gangs, kind: Gang, shortNames: [gg]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}}
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                additionalPrinterColumns: [{name: Members, type: integer, jsonPath: .spec.minMember}]
            """);
        Assert.That(await kubectl.RunAsync("wait --for=condition=Established crd/gangs.gpu.example.com"), Does.Contain("condition met"));
        const string gang = "apiVersion: gpu.example.com/v1\nkind: Gang\nmetadata: {name: g}\nspec: {minMember: 4}\nstatus: {phase: Nonsense}\n";
        Assert.That(await kubectl.RunAsync("apply -f -", gang), Does.Contain("gang.gpu.example.com/g created"));
        Assert.That(await kubectl.RunAsync("apply -f -", gang.Replace("4", "6")), Does.Contain("configured"));
        Assert.That(await kubectl.RunAsync("get gg"), Does.Match(@"NAME\s+MEMBERS\ng\s+6\n"));
        Assert.That(await kubectl.RunAsync("get gg g -o jsonpath={.status}~{.metadata.generation}"), Is.EqualTo(" 2"));
        await kubectl.RunAsync("delete crd gangs.gpu.example.com");
        Assert.That((await kubectl.TryAsync("get gangs.gpu.example.com")).Errors, Does.Contain("the server doesn't have a resource type"));
        Assert.That((await kubectl.RunAsync("get crd")), Is.Empty);
    }

    [Test]
    public async Task Deleting_a_namespace_deletes_what_is_in_it()
    {
        await using Api api = await Api.StartAsync();
        using var kubectl = new Kubectl(api.Server.Address);
        await kubectl.RunAsync("create -f -", "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"team\"}}");
        await kubectl.RunAsync("create -n team -f -", ConfigMapYaml);
        await kubectl.RunAsync("apply -n team -f -", PodYaml);
        await kubectl.RunAsync("delete namespace team");
        Assert.That((await kubectl.TryAsync("get ns team")).Errors, Does.Contain("namespaces \"team\" not found"));
        Assert.That(api.Server.Cluster.List("pods"), Is.Empty);
        Assert.That((await kubectl.TryAsync("create -n team -f -", ConfigMapYaml)).Errors, Does.Contain("namespaces \"team\" not found"));
    }

    [Test]
    public async Task Creates_from_the_command_line()
    {
        await using Api api = await Api.StartAsync();
        using var kubectl = new Kubectl(api.Server.Address);
        await kubectl.RunAsync("create namespace team");
        await kubectl.RunAsync("create configmap c -n team --from-literal=a=b");
        await kubectl.RunAsync("create deployment d -n team --image=i --replicas=2");
        await kubectl.RunAsync("create priorityclass high --value=1000");
        await kubectl.RunAsync("run p -n team --image=i");
        Assert.That(await kubectl.RunAsync("get configmap,deployment,pod -n team -o name"), Is.EqualTo("configmap/c\ndeployment.apps/d\npod/p\n"));
    }

    [Test]
    public async Task Logs_say_why_there_are_none()
    {
        await using Api api = await Api.StartAsync();
        using var kubectl = new Kubectl(api.Server.Address);
        await kubectl.RunAsync("create -f -", PodYaml);
        Assert.That((await kubectl.TryAsync("logs train")).Errors, Does.Contain("pod train does not have a host assigned"));
        await api.BindAsync("train", "n1");
        Assert.That((await kubectl.TryAsync("logs train")).Errors, Does.Contain("node \"n1\" of this emulated cluster runs no containers"));
    }
}
