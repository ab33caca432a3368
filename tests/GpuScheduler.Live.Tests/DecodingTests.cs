using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GpuScheduler.Cluster;
using GpuScheduler.Emulator;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Live.Tests;

/// <summary>The two forms of one object decode to the same, whatever was decoded before.</summary>
[TestFixture]
public sealed class DecodingTests
{
    private readonly ProtobufTranscoder _transcoder = new();

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void A_pod_is_the_same_from_protobuf_and_from_JSON(int seed)
    {
        Random random = new(seed);
        PodDecoder ofProtobuf = new(), ofJson = new();
        PodClassTable classes = new(new Vocabulary());
        for (int i = 0; i < 600; i++)
        {
            string text = Pod(random, i).ToJsonString();
            byte[] json = Encoding.UTF8.GetBytes(text);

            // A new decoder reads the whole document, and the more so where something in it is unusual, such as a time with a fraction that JSON may have.
            PodObject expected = new PodDecoder().DecodeJson(Encoding.UTF8.GetBytes(text.Replace("03:04:05Z", "03:04:05.0Z", StringComparison.Ordinal)));
            foreach (PodObject actual in (ReadOnlySpan<PodObject>)[ofProtobuf.DecodeProtobuf(Protobuf("Pod", json)), ofJson.DecodeJson(json)])
            {
                Assert.That(Flat(actual), Is.EqualTo(Flat(expected)), text);
                Assert.That(actual.Pod.Labels, Is.EqualTo(expected.Pod.Labels), text);
                Assert.That(actual.Pod.SchedulingGates, Is.EqualTo(expected.Pod.SchedulingGates), text);
                Assert.That(classes.Intern(actual.Pod.Spec), Is.SameAs(classes.Intern(expected.Pod.Spec)), text);
            }
        }
    }

    [Test]
    public void A_pod_cut_short_anywhere_is_refused_or_read_but_never_crashes_the_watch()
    {
        byte[] message = Protobuf("Pod", Encoding.UTF8.GetBytes(Pod(new Random(1), 1).ToJsonString()));
        PodDecoder decoder = new();
        Random random = new(2);
        for (int i = 0; i < 3_000; i++)
        {
            byte[] broken = message[..random.Next(message.Length + 1)];
            for (int flips = random.Next(4); flips > 0 && broken.Length > 0; flips--)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }

            try
            {
                decoder.DecodeProtobuf(broken);
            }
            catch (ObjectDecodeException)
            {
                // Named, and the watch goes on.
            }
        }
    }

    [Test]
    public void A_container_that_differs_in_any_byte_is_read_as_by_a_decoder_that_never_saw_the_like()
    {
        const string End = "FallbackToLogsOnError";
        JsonObject pod = Pod(new Random(4), 1);
        JsonObject container = pod["spec"]!["containers"]![0]!.AsObject();
        container["command"] = new JsonArray("run", "--fast");
        container["ports"] = new JsonArray(new JsonObject { ["hostPort"] = 80, ["containerPort"] = 8080 });
        container["env"] = new JsonArray(new JsonObject { ["name"] = "A", ["value"] = "1" }, new JsonObject { ["name"] = "B", ["value"] = "2" });
        container["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "token-x7x2k", ["mountPath"] = "/token" });
        container["terminationMessagePolicy"] = End;
        byte[] message = Protobuf("Pod", Encoding.UTF8.GetBytes(pod.ToJsonString()));
        int start = message.AsSpan().IndexOf("\n\u0004main"u8), end = message.AsSpan().IndexOf(Encoding.UTF8.GetBytes(End)) + End.Length;
        PodDecoder used = new();
        PodClassTable classes = new(new Vocabulary());
        for (int i = start; i < end; i++)
        {
            foreach (int change in (ReadOnlySpan<int>)[0x01, 0x08, 0x10, 0x80])
            {
                byte[] changed = [.. message];
                changed[i] ^= (byte)change;
                used.DecodeProtobuf(message);
                Assert.That(Read(used), Is.EqualTo(Read(new PodDecoder())), $"byte {i - start}, {change}");

                string Read(PodDecoder decoder)
                {
                    try
                    {
                        PodObject read = decoder.DecodeProtobuf(changed);
                        return $"{Flat(read)} {classes.Intern(read.Pod.Spec).Id}";
                    }
                    catch (ObjectDecodeException e)
                    {
                        return e.Message;
                    }
                }
            }
        }
    }

    [Test]
    public void A_node_is_the_same_from_protobuf_and_from_JSON()
    {
        NodeDecoder decoder = new(ShapeCatalog.BuiltIn);
        for (int i = 0; i < 100; i++)
        {
            byte[] json = Encoding.UTF8.GetBytes(Node(i).ToJsonString());
            NodeObject expected = decoder.DecodeJson(json), actual = decoder.DecodeProtobuf(Protobuf("Node", json));
            Assert.That(actual.Problems, Is.EqualTo(expected.Problems));
            Assert.That((actual.Node.Name, actual.Node.Uid, actual.ResourceVersion), Is.EqualTo((expected.Node.Name, expected.Node.Uid, expected.ResourceVersion)));
            Assert.That(actual.Node.Allocatable, Is.EqualTo(expected.Node.Allocatable));
            Assert.That(actual.Node.Shape, Is.EqualTo(expected.Node.Shape));
            Assert.That(actual.Node.DeviceUuids, Is.EqualTo(expected.Node.DeviceUuids));
            Assert.That(actual.Node.Labels, Is.EqualTo(expected.Node.Labels));
            Assert.That(actual.Node.Taints, Is.EqualTo(expected.Node.Taints));
            Assert.That((actual.Node.Regime, actual.Node.Unschedulable), Is.EqualTo((expected.Node.Regime, expected.Node.Unschedulable)));
            Assert.That(actual.Node.Images.SelectMany(m => m.Names), Is.EqualTo(expected.Node.Images.SelectMany(m => m.Names)));
        }
    }

    [Test]
    public void Volumes_claims_and_classes_are_the_same_from_protobuf_and_from_JSON()
    {
        const string Metadata = """
            "metadata":{"name":"x","namespace":"ml","uid":"u","resourceVersion":"7","deletionTimestamp":"2026-01-02T03:04:05Z","labels":{"topology.kubernetes.io/zone":"a__b"},
              "annotations":{"pv.kubernetes.io/bind-completed":"yes","volume.kubernetes.io/selected-node":"n1"},
              "managedFields":[{"manager":"m","operation":"Update","fieldsV1":{"f:spec":{}}}],
              "ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":"p1","controller":true}]}
            """;
        const string Spec = """
            "storageClassName":"fast","accessModes":["ReadWriteOncePod","ReadOnlyMany"],"volumeMode":"Block","volumeAttributesClassName":"gold"
            """;
        Assert.That(Both(VolumeDecoders.Volumes("v1"), "v1", "PersistentVolume", "{" + Metadata + ",\"spec\":{" + Spec + """
            ,"capacity":{"storage":"1500M"},"csi":{"driver":"d","volumeHandle":"h"},
              "claimRef":{"kind":"PersistentVolumeClaim","namespace":"ml","name":"c","uid":"cu","resourceVersion":"3"},
              "nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"In","values":["a","b"]}]},{"matchExpressions":[{"key":"disk","operator":"Exists"}]}]}}},
              "status":{"phase":"Released"} }
            """), Does.Contain("fast").And.Contain("1500000000").And.Contain("Block").And.Contain("gold").And.Contain("Released").And.Contain("cu").And.Contain("zone").And.Contain("a__b").And.Contain("\"IsDeleting\":true"));
        Assert.That(Both(VolumeDecoders.Claims("v1"), "v1", "PersistentVolumeClaim", "{" + Metadata + ",\"spec\":{" + Spec + """
            ,"resources":{"requests":{"storage":"3Gi"}},"volumeName":"pv","selector":{"matchLabels":{"tier":"fast"},"matchExpressions":[{"key":"k","operator":"DoesNotExist"}]}},
              "status":{"phase":"Lost","capacity":{"storage":"5Gi"}} }
            """), Does.Contain("3221225472").And.Contain("pv").And.Contain("n1").And.Contain("p1").And.Contain("tier").And.Contain("\"Operator\":3").And.Contain("\"IsBound\":true").And.Contain("\"IsLost\":true"));
        Assert.That(Both(VolumeDecoders.Classes("v1"), "storage.k8s.io/v1", "StorageClass", "{" + Metadata + """
            ,"provisioner":"csi.example","parameters":{"type":"ssd"},"volumeBindingMode":"WaitForFirstConsumer",
              "allowedTopologies":[{"matchLabelExpressions":[{"key":"zone","values":["a"]}]}] }
            """), Does.Contain("csi.example").And.Contain("\"WaitsForPod\":true").And.Contain("zone"));
    }

    /// <summary>What was decoded, as JSON: of both forms the same, and of a document that nothing was left out of.</summary>
    private string Both<T>(IObjectDecoder<T> decoder, string apiVersion, string kind, string text)
    {
        byte[] json = Encoding.UTF8.GetBytes(text);
        ArrayBufferWriter<byte> message = new();
        Assert.That(_transcoder.TryEncode(apiVersion, kind, json, message), Is.True);
        string fromProtobuf = JsonSerializer.Serialize(decoder.DecodeProtobuf(message.WrittenSpan)), fromJson = JsonSerializer.Serialize(decoder.DecodeJson(json));
        string fromDocument = JsonSerializer.Serialize(decoder.DecodeJson(Encoding.UTF8.GetBytes(text.Replace("03:04:05Z", "03:04:05.0Z", StringComparison.Ordinal))));
        Assert.That(fromProtobuf, Is.EqualTo(fromDocument));
        Assert.That(fromJson, Is.EqualTo(fromDocument));
        return fromDocument;
    }

    /// <summary>A claim, one of the pod's own, or something that nobody reads.</summary>
    private static JsonObject Volume(Random random, string name, int number) => random.Next(4) switch
    {
        0 => new JsonObject { ["name"] = name, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = $"data-{number}", ["readOnly"] = true } },
        1 => new JsonObject { ["name"] = name, ["ephemeral"] = new JsonObject { ["volumeClaimTemplate"] = new JsonObject { ["spec"] = new JsonObject { ["storageClassName"] = "s" } } } },
        2 => new JsonObject { ["name"] = name, ["emptyDir"] = new JsonObject { ["medium"] = "Memory" } },
        _ => new JsonObject { ["name"] = $"kube-api-access-{number}", ["projected"] = new JsonObject { ["defaultMode"] = 420 } },
    };

    private static string Flat(PodObject pod) => string.Join(
        '|', pod.Pod.Namespace, pod.Pod.Name, pod.Pod.Uid, pod.Pod.Priority, pod.Pod.Created.ToString("O", CultureInfo.InvariantCulture), pod.Pod.BoundNode,
        pod.Pod.BoundDevices, string.Join(',', pod.Pod.BoundUuids), pod.Pod.IsTerminal, pod.ResourceVersion, pod.Pod.DeletionTimestamp, pod.Pod.StartTime, pod.Pod.NominatedNodeName, pod.Pod.Owner,
        pod.Pod.PriorityClassName, pod.Pod.PreemptionPolicy, pod.Pod.TerminationGracePeriod, pod.Pod.SchedulingGroup, pod.Pod.Disregarded, pod.Pod.NotRegarded, string.Join(';', pod.Pod.ExclusiveTerms), Flat(pod.Pod.Gang), string.Join(';', pod.Pod.Claims), string.Join(';', pod.Pod.Volumes), pod.Scheduled, string.Join(';', pod.Problems));

    private static string Flat(GangMembership? gang) => gang is null ? "" : $"{gang.Gang} {gang.Group} {gang.Rank} {gang.Implied?.Group.MinPods} {string.Join(';', gang.Exclusive)}";

    private byte[] Protobuf(string kind, byte[] json)
    {
        ArrayBufferWriter<byte> message = new();
        Assert.That(_transcoder.TryEncode("v1", kind, json, message), Is.True);
        return message.WrittenSpan.ToArray();
    }

    private static JsonObject Pod(Random random, int number)
    {
        JsonObject annotations = [];
        Add(random, annotations, "gpuscheduler.dev/gpu-fraction", "0.5", "0.25", "1.5");
        Add(random, annotations, "gpuscheduler.dev/devices", "0", "1,3", "2,2", "x");
        Add(random, annotations, "nvidia.com/use-gputype", "A100", "T4, L40", " ");
        Add(random, annotations, "hami.io/gpu-scheduler-policy", "binpack", "mutex");
        Add(random, annotations, "hami.io/vgpu-devices-allocated", "GPU-a,NVIDIA,4096,30:;", "GPU-a,NVIDIA,4096,30:;GPU-b,NVIDIA,1,0:;", ";;", "GPU-a");
        Add(random, annotations, "hami.io/bind-phase", "allocating", "success");
        Add(random, annotations, "example.com/note", "a", "b", "\"\u00e4\n");
        JsonObject requests = new() { ["cpu"] = random.Next(3) == 0 ? "1500m" : "2" };
        Add(random, requests, "nvidia.com/gpu", "1", "2");
        Add(random, requests, "nvidia.com/gpumem", "4096", "3k");
        Add(random, requests, "nvidia.com/gpucores", "30", "300");
        Add(random, requests, "memory", "1Gi", "512M");
        JsonObject container = new() { ["name"] = "main", ["image"] = random.Next(2) == 0 ? "a:1" : "b:2", ["resources"] = new JsonObject { ["requests"] = requests } };
        JsonObject spec = new()
        {
            ["schedulerName"] = random.Next(2) == 0 ? "gpuscheduler" : "default-scheduler",
            ["containers"] = new JsonArray(container),
            ["priority"] = random.Next(3),
            ["tolerations"] = new JsonArray(new JsonObject { ["key"] = "k", ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 }),
        };
        Add(random, spec, "nodeName", "n1", "n2");
        Add(random, spec, "priorityClassName", "system-node-critical", "system-cluster-critical");
        Add(random, spec, "preemptionPolicy", "Never", "PreemptLowerPriority");
        if (random.Next(3) == 0)
        {
            spec["terminationGracePeriodSeconds"] = random.Next(3);
            spec["schedulingGroup"] = new JsonObject { ["podGroupName"] = $"g{random.Next(2)}" };
        }

        if (random.Next(3) == 0)
        {
            spec["nodeSelector"] = new JsonObject { ["zone"] = random.Next(2) == 0 ? "a" : "b" };
        }

        if (random.Next(4) == 0)
        {
            spec["affinity"] = JsonNode.Parse("""{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"In","values":["a","b"]}]}]}}}""");
        }

        if (random.Next(4) == 0)
        {
            const string Term = """{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"zone","labelSelector":{}}]}""";
            const string Exclusive =
                """{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"rack","labelSelector":{"matchExpressions":[{"key":"leaderworkerset.sigs.k8s.io/group-key","operator":"In","values":["k1"]}]}}]}""";
            const string Against =
                """{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"rack","namespaceSelector":{},"labelSelector":{"matchExpressions":[{"key":"jobset.sigs.k8s.io/job-key","operator":"Exists"},{"key":"jobset.sigs.k8s.io/job-key","operator":"NotIn","values":["j1"]}]}}]}""";
            spec["affinity"] ??= new JsonObject();
            spec["affinity"]![random.Next(2) == 0 ? "podAffinity" : "podAntiAffinity"] = random.Next(3) == 0 ? new JsonObject() : JsonNode.Parse(random.Next(3) switch { 0 => Term, 1 => Exclusive, _ => Against });
        }

        if (random.Next(5) == 0)
        {
            spec["topologySpreadConstraints"] = new JsonArray(
                new JsonObject { ["maxSkew"] = 1, ["topologyKey"] = "zone", ["whenUnsatisfiable"] = random.Next(2) == 0 ? "DoNotSchedule" : "ScheduleAnyway" });
        }

        if (random.Next(8) == 0)
        {
            spec["resourceClaims"] = new JsonArray(
                new JsonObject { ["name"] = "gpu", ["resourceClaimTemplateName"] = "t" }, new JsonObject { ["name"] = "more", ["resourceClaimName"] = $"c{random.Next(2)}" });
        }

        if (random.Next(2) == 0)
        {
            spec["volumes"] = new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(i => Volume(random, $"v{i}", number))]);
        }

        if (random.Next(5) == 0)
        {
            spec["schedulingGates"] = new JsonArray(new JsonObject { ["name"] = "wait" });
        }

        JsonObject status = new() { ["phase"] = random.Next(4) switch { 0 => "Pending", 1 => "Succeeded", _ => "Running" } };
        if (spec.ContainsKey("resourceClaims") && random.Next(3) > 0)
        {
            status["resourceClaimStatuses"] = new JsonArray(random.Next(2) == 0 ? new JsonObject { ["name"] = "gpu" } : new JsonObject { ["name"] = "gpu", ["resourceClaimName"] = $"made{random.Next(9)}" });
        }

        Add(random, status, "nominatedNodeName", "n1", "n2");
        Add(random, status, "startTime", "2026-01-02T03:04:06Z", "2026-01-02T03:04:07Z");
        if (random.Next(2) == 0)
        {
            status["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "Ready", ["status"] = "True" },
                new JsonObject { ["type"] = "PodScheduled", ["status"] = random.Next(2) == 0 ? "True" : "False", ["reason"] = "Unschedulable", ["message"] = $"0/{random.Next(3)} nodes" });
        }

        JsonObject labels = new() { ["app"] = random.Next(2) == 0 ? "x" : "y" };
        Add(random, labels, "batch.kubernetes.io/job-completion-index", "0", "1", "2");
        Add(random, labels, "scheduling.x-k8s.io/pod-group", "g1", "g2");
        JsonObject metadata = new()
        {
            ["name"] = $"p{number}",
            ["namespace"] = random.Next(2) == 0 ? "default" : "ml",
            ["uid"] = $"uid-{number}",
            ["resourceVersion"] = $"{number + 1}",
            ["creationTimestamp"] = "2026-01-02T03:04:05Z",
            ["labels"] = labels,
            ["annotations"] = annotations,
        };
        JsonObject gang = metadata["labels"]!.AsObject();
        Add(random, gang, "leaderworkerset.sigs.k8s.io/group-key", "k1", "k2");
        Add(random, gang, "leaderworkerset.sigs.k8s.io/worker-index", "0", "7", "x");
        Add(random, annotations, "leaderworkerset.sigs.k8s.io/size", "4", "8");
        Add(random, gang, "jobset.sigs.k8s.io/job-key", "j1", "j2");
        Add(random, annotations, "leaderworkerset.sigs.k8s.io/exclusive-topology", "rack", "zone");
        Add(random, annotations, "alpha.jobset.sigs.k8s.io/exclusive-topology", "rack");
        Add(random, annotations, "scheduling.k8s.io/group-name", "g1", "g2");
        Add(random, annotations, "gpuscheduler.dev/gang-min", "2");
        if (random.Next(6) == 0)
        {
            metadata["deletionTimestamp"] = "2026-01-02T03:05:05Z";
        }

        if (random.Next(3) != 0)
        {
            metadata["ownerReferences"] = new JsonArray(
                new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = "n1", ["uid"] = "u0" },
                new JsonObject { ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["name"] = "j", ["uid"] = $"u{random.Next(2)}", ["controller"] = random.Next(4) > 0 });
        }

        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = spec, ["status"] = status };
    }

    private static JsonObject Node(int number) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject
        {
            ["name"] = $"n{number}",
            ["uid"] = $"u{number}",
            ["resourceVersion"] = "5",
            ["labels"] = new JsonObject { ["nvidia.com/gpu.product"] = "T4", ["nvidia.com/gpu.memory"] = number % 7 == 0 ? "plenty" : "15360", ["nvidia.com/gpu.count"] = "2" },
            ["annotations"] = new JsonObject { ["gpuscheduler.dev/allocation-regime"] = number % 2 == 0 ? "annotation" : "device-plugin" },
        },
        ["spec"] = new JsonObject
        {
            ["unschedulable"] = number % 3 == 0,
            ["taints"] = new JsonArray(new JsonObject { ["key"] = "k", ["value"] = "v", ["effect"] = "NoSchedule" }),
        },
        ["status"] = new JsonObject
        {
            ["allocatable"] = new JsonObject { ["cpu"] = "8", ["memory"] = "64Gi", ["pods"] = "110", ["nvidia.com/gpu"] = "2" },
            ["images"] = new JsonArray(new JsonObject { ["names"] = new JsonArray("a:1", "a@sha256:1"), ["sizeBytes"] = 1000 + number }),
        },
    };

    private static void Add(Random random, JsonObject to, string key, params ReadOnlySpan<string> values)
    {
        int which = random.Next(values.Length + 2);
        if (which < values.Length)
        {
            to[key] = values[which];
        }
    }
}
