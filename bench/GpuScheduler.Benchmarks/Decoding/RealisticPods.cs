using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// Pods as an API server sends them, of some templates: Jobs and Deployments with several containers, environments, volumes, probes, managed fields and a
/// status. What a server makes for each pod anew (names, UIDs, addresses, token volumes, container IDs) differs from pod to pod.
/// </summary>
internal sealed class RealisticPods(int templates, int nodes)
{
    private const string Started = "2026-03-01T10:00:00Z";
    private readonly Random _random = new(42);

    /// <summary>A page of a list with pods 0 to <paramref name="count"/>.</summary>
    public JsonObject List(int count) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "PodList",
        ["metadata"] = new JsonObject { ["resourceVersion"] = "900000" },
        ["items"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)Pod(i))]),
    };

    /// <summary>One of twenty waits.</summary>
    public static bool IsBound(int number) => number % 20 != 0;

    public JsonObject Pod(int number)
    {
        int template = number % templates;
        bool isJob = template % 2 == 0;
        string owner = $"{(isJob ? "train" : "serve")}-{template:D3}";
        string name = isJob ? $"{owner}-{number / templates}-{Suffix(5)}" : $"{owner}-6d4cf56db6-{Suffix(5)}";
        string token = $"kube-api-access-{Suffix(5)}";
        bool isBound = IsBound(number);
        return new JsonObject
        {
            ["metadata"] = Metadata(name, owner, isJob, template, number, isBound),
            ["spec"] = Spec(template, number, isBound, token),
            ["status"] = Status(template, isBound),
        };
    }

    /// <summary>
    /// Makes of a pod another one of the same template, bound where this one is: much faster than a new one. Its token volume, addresses and containers' IDs, which
    /// schedulers do not read, stay.
    /// </summary>
    public void Renew(JsonObject pod, int number)
    {
        JsonNode metadata = pod["metadata"]!, labels = metadata["labels"]!, annotations = metadata["annotations"]!;
        string name = metadata["name"]!.GetValue<string>();
        metadata["name"] = $"{name[..^5]}{Suffix(5)}";
        metadata["uid"] = Uid(number + 1000);
        if (labels["batch.kubernetes.io/job-completion-index"] is not null)
        {
            labels["batch.kubernetes.io/job-completion-index"] = (number / templates).ToString(CultureInfo.InvariantCulture);
        }

        if (pod["spec"]!["nodeName"] is not null)
        {
            annotations["gpuscheduler.dev/devices"] = (number % 8).ToString(CultureInfo.InvariantCulture);
            pod["spec"]!["nodeName"] = $"gpu-node-{number % nodes:D4}";
        }
    }

    private JsonObject Metadata(string name, string owner, bool isJob, int template, int number, bool isBound)
    {
        JsonObject labels = new()
        {
            ["app.kubernetes.io/name"] = owner,
            ["app.kubernetes.io/component"] = isJob ? "trainer" : "server",
            ["app.kubernetes.io/managed-by"] = "helm",
            ["team"] = $"team-{template % 12}",
            ["cost-center"] = $"cc-{template % 5}",
        };
        if (isJob)
        {
            labels["batch.kubernetes.io/controller-uid"] = Uid(template);
            labels["batch.kubernetes.io/job-name"] = owner;
            labels["batch.kubernetes.io/job-completion-index"] = (number / templates).ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            labels["pod-template-hash"] = "6d4cf56db6";
        }

        JsonObject annotations = new()
        {
            ["prometheus.io/scrape"] = "true",
            ["prometheus.io/port"] = "9090",
            ["checksum/config"] = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
        };
        if (template % 3 == 0)
        {
            annotations["gpuscheduler.dev/gpu-fraction"] = "0.5";
        }

        if (isBound)
        {
            annotations["gpuscheduler.dev/devices"] = (number % 8).ToString(CultureInfo.InvariantCulture);
            annotations["cni.projectcalico.org/podIP"] = $"10.{number >> 8 & 255}.{number & 255}.7/32";
            annotations["cni.projectcalico.org/containerID"] = Hex(64);
        }

        return new JsonObject
        {
            ["name"] = name,
            ["generateName"] = $"{owner}-",
            ["namespace"] = $"team-{template % 12}",
            ["uid"] = Uid(number + 1000),
            ["resourceVersion"] = (800_000 + number).ToString(CultureInfo.InvariantCulture),
            ["creationTimestamp"] = Started,
            ["labels"] = labels,
            ["annotations"] = annotations,
            ["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = isJob ? "batch/v1" : "apps/v1",
                ["kind"] = isJob ? "Job" : "ReplicaSet",
                ["name"] = owner,
                ["uid"] = Uid(template),
                ["controller"] = true,
                ["blockOwnerDeletion"] = true,
            }),
            ["managedFields"] = new JsonArray(Manager("kube-controller-manager", null, FieldsOfSpec), Manager("kubelet", "status", FieldsOfStatus)),
        };
    }

    private JsonObject Spec(int template, int number, bool isBound, string token)
    {
        JsonObject spec = new()
        {
            ["volumes"] = new JsonArray(
                Volume("config", "configMap", new JsonObject { ["name"] = $"config-{template}", ["defaultMode"] = 420 }),
                Volume("scratch", "emptyDir", new JsonObject { ["sizeLimit"] = "100Gi" }),
                Volume("data", "persistentVolumeClaim", new JsonObject { ["claimName"] = $"data-{template}" }),
                Volume("shm", "emptyDir", new JsonObject { ["medium"] = "Memory" }),
                Token(token)),
            ["initContainers"] = new JsonArray(Container("fetch", template, token, gpus: 0, env: 4)),
            ["containers"] = new JsonArray([.. Enumerable.Range(0, 2 + (template % 3)).Select(i =>
                (JsonNode)Container(i == 0 ? "main" : $"sidecar-{i}", template, token, i == 0 && template % 3 != 0 ? 1 : 0, 12))]),
            ["restartPolicy"] = "Never",
            ["terminationGracePeriodSeconds"] = 30,
            ["dnsPolicy"] = "ClusterFirst",
            ["nodeSelector"] = new JsonObject { ["nvidia.com/gpu.product"] = "NVIDIA-A100-SXM4-80GB" },
            ["serviceAccountName"] = "default",
            ["serviceAccount"] = "default",
            ["securityContext"] = new JsonObject { ["runAsUser"] = 1000, ["fsGroup"] = 2000 },
            ["affinity"] = new JsonObject
            {
                ["nodeAffinity"] = new JsonObject
                {
                    ["requiredDuringSchedulingIgnoredDuringExecution"] = new JsonObject
                    {
                        ["nodeSelectorTerms"] = new JsonArray(new JsonObject
                        {
                            ["matchExpressions"] = new JsonArray(new JsonObject
                            {
                                ["key"] = "topology.kubernetes.io/zone",
                                ["operator"] = "In",
                                ["values"] = new JsonArray("eu-1a", "eu-1b"),
                            }),
                        }),
                    },
                },
            },
            ["schedulerName"] = "gpuscheduler",
            ["tolerations"] = new JsonArray(
                new JsonObject { ["key"] = "nvidia.com/gpu", ["operator"] = "Exists", ["effect"] = "NoSchedule" },
                new JsonObject { ["key"] = "node.kubernetes.io/not-ready", ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 },
                new JsonObject { ["key"] = "node.kubernetes.io/unreachable", ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 }),
            ["priorityClassName"] = "training",
            ["priority"] = 1000,
            ["enableServiceLinks"] = true,
            ["preemptionPolicy"] = "PreemptLowerPriority",
        };
        if (isBound)
        {
            spec["nodeName"] = $"gpu-node-{number % nodes:D4}";
        }

        return spec;
    }

    private static JsonObject Container(string name, int template, string token, int gpus, int env)
    {
        JsonObject requests = new() { ["cpu"] = "4", ["memory"] = "16Gi" };
        JsonObject limits = new() { ["memory"] = "32Gi" };
        if (gpus > 0)
        {
            requests["nvidia.com/gpu"] = "1";
            limits["nvidia.com/gpu"] = "1";
        }

        return new JsonObject
        {
            ["name"] = name,
            ["image"] = $"registry.example.com/ml/{name}:2.{template}.0",
            ["command"] = new JsonArray("/usr/bin/python3", "-m", "launch"),
            ["args"] = new JsonArray("--config=/etc/config/run.yaml", "--world-size=8", $"--experiment={template}"),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "metrics", ["containerPort"] = 9090, ["protocol"] = "TCP" }),
            ["env"] = new JsonArray([.. Enumerable.Range(0, env).Select(i => (JsonNode)(i % 4 == 0
                ? new JsonObject
                {
                    ["name"] = $"FROM_FIELD_{i}",
                    ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.name" } },
                }
                : new JsonObject { ["name"] = $"SETTING_NUMBER_{i}", ["value"] = $"some-value-of-{template}-{i}" }))]),
            ["resources"] = new JsonObject { ["limits"] = limits, ["requests"] = requests },
            ["volumeMounts"] = new JsonArray(
                Mount("config", "/etc/config", true), Mount("scratch", "/scratch", false), Mount("data", "/data", true), Mount("shm", "/dev/shm", false),
                Mount(token, "/var/run/secrets/kubernetes.io/serviceaccount", true)),
            ["livenessProbe"] = new JsonObject
            {
                ["httpGet"] = new JsonObject { ["path"] = "/healthz", ["port"] = 9090, ["scheme"] = "HTTP" },
                ["initialDelaySeconds"] = 30,
                ["timeoutSeconds"] = 1,
                ["periodSeconds"] = 10,
                ["successThreshold"] = 1,
                ["failureThreshold"] = 3,
            },
            ["terminationMessagePath"] = "/dev/termination-log",
            ["terminationMessagePolicy"] = "File",
            ["imagePullPolicy"] = "IfNotPresent",
            ["securityContext"] = new JsonObject { ["allowPrivilegeEscalation"] = false, ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") } },
        };
    }

    private JsonObject Status(int template, bool isBound)
    {
        JsonObject status = new() { ["phase"] = isBound ? "Running" : "Pending", ["qosClass"] = "Burstable" };
        if (!isBound)
        {
            status["conditions"] = new JsonArray(Condition("PodScheduled", "False", "Unschedulable", "0/5000 nodes are available: 5000 node(s) had too few free GPUs."));
            return status;
        }

        status["conditions"] = new JsonArray(
            Condition("PodReadyToStartContainers", "True"), Condition("Initialized", "True"), Condition("Ready", "True"), Condition("ContainersReady", "True"),
            Condition("PodScheduled", "True"));
        status["hostIP"] = "10.1.2.3";
        status["podIP"] = $"10.2.{_random.Next(256)}.{_random.Next(256)}";
        status["startTime"] = Started;
        status["containerStatuses"] = new JsonArray([.. Enumerable.Range(0, 2 + (template % 3)).Select(i => (JsonNode)new JsonObject
        {
            ["name"] = i == 0 ? "main" : $"sidecar-{i}",
            ["state"] = new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Started } },
            ["lastState"] = new JsonObject(),
            ["ready"] = true,
            ["restartCount"] = 0,
            ["image"] = $"registry.example.com/ml/main:2.{template}.0",
            ["imageID"] = $"registry.example.com/ml/main@sha256:{Hex(64)}",
            ["containerID"] = $"containerd://{Hex(64)}",
            ["started"] = true,
        })]);
        return status;
    }

    private static JsonObject Condition(string type, string status, string reason = "", string message = "")
    {
        JsonObject condition = new() { ["type"] = type, ["status"] = status, ["lastProbeTime"] = null, ["lastTransitionTime"] = Started };
        if (reason.Length > 0)
        {
            (condition["reason"], condition["message"]) = (reason, message);
        }

        return condition;
    }

    private static JsonObject Volume(string name, string kind, JsonObject source) => new() { ["name"] = name, [kind] = source };

    private static JsonObject Token(string name) => Volume(name, "projected", new JsonObject
    {
        ["sources"] = new JsonArray(
            new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = 3607, ["path"] = "token" } },
            new JsonObject
            {
                ["configMap"] = new JsonObject { ["name"] = "kube-root-ca.crt", ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }) },
            }),
        ["defaultMode"] = 420,
    });

    private static JsonObject Mount(string name, string path, bool isReadOnly) => new() { ["name"] = name, ["readOnly"] = isReadOnly, ["mountPath"] = path };

    private static JsonObject Manager(string manager, string? subresource, Func<JsonObject> fields)
    {
        JsonObject entry = new()
        {
            ["manager"] = manager,
            ["operation"] = "Update",
            ["apiVersion"] = "v1",
            ["time"] = Started,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = fields(),
        };
        if (subresource is not null)
        {
            entry["subresource"] = subresource;
        }

        return entry;
    }

    private static JsonObject FieldsOfSpec()
    {
        JsonObject env = new() { ["."] = new JsonObject() };
        for (int i = 0; i < 12; i++)
        {
            env[$"k:{{\"name\":\"SETTING_NUMBER_{i}\"}}"] = new JsonObject { ["."] = new JsonObject(), ["f:name"] = new JsonObject(), ["f:value"] = new JsonObject() };
        }

        return new JsonObject
        {
            ["f:metadata"] = new JsonObject { ["f:generateName"] = new JsonObject(), ["f:labels"] = new JsonObject { ["."] = new JsonObject(), ["f:team"] = new JsonObject() } },
            ["f:spec"] = new JsonObject
            {
                ["f:affinity"] = new JsonObject(),
                ["f:containers"] = new JsonObject { ["k:{\"name\":\"main\"}"] = new JsonObject { ["f:env"] = env, ["f:image"] = new JsonObject(), ["f:resources"] = new JsonObject() } },
                ["f:schedulerName"] = new JsonObject(),
                ["f:tolerations"] = new JsonObject(),
            },
        };
    }

    private static JsonObject FieldsOfStatus()
    {
        JsonObject conditions = [];
        foreach (string type in (ReadOnlySpan<string>)["ContainersReady", "Initialized", "PodReadyToStartContainers", "Ready"])
        {
            conditions[$"k:{{\"type\":\"{type}\"}}"] = new JsonObject
            {
                ["."] = new JsonObject(),
                ["f:lastProbeTime"] = new JsonObject(),
                ["f:lastTransitionTime"] = new JsonObject(),
                ["f:status"] = new JsonObject(),
                ["f:type"] = new JsonObject(),
            };
        }

        return new JsonObject { ["f:status"] = new JsonObject { ["f:conditions"] = conditions, ["f:containerStatuses"] = new JsonObject(), ["f:podIP"] = new JsonObject() } };
    }

    private static string Uid(int number) => $"{number:x8}-5d1f-4c3a-9e7b-{(long)number * 7919:x12}";

    private string Hex(int length) => Some(length, "0123456789abcdef");

    private string Suffix(int length) => Some(length, "bcdfghjklmnpqrstvwxz2456789");

    private string Some(int length, string of)
    {
        StringBuilder text = new(length);
        while (text.Length < length)
        {
            text.Append(of[_random.Next(of.Length)]);
        }

        return text.ToString();
    }
}
