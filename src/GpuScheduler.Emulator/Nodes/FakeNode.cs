using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>A node without a machine: ready, with the resources and labels it is given. A <see cref="FakeKubelet"/> runs its pods.</summary>
public sealed record FakeNode(string Name)
{
    /// <summary>What it has to give away, such as <c>cpu</c>, <c>memory</c>, <c>pods</c> and extended resources, as quantities.</summary>
    public required IReadOnlyDictionary<string, string> Resources { get; init; }

    /// <summary>Beside <c>kubernetes.io/hostname</c>.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Puts it into a cluster.</summary>
    /// <exception cref="ApiStatusException">There is one of its name, or something in it is wrong.</exception>
    public void CreateIn(EmulatedCluster cluster)
    {
        JsonObject resources = Document(Resources), labels = Document(Labels);
        labels["kubernetes.io/hostname"] = Name;
        var node = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject { ["name"] = Name, ["labels"] = labels, ["annotations"] = Document(Annotations) },
            ["status"] = new JsonObject
            {
                ["capacity"] = resources,
                ["allocatable"] = resources.DeepClone(),
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True", ["reason"] = "KubeletReady" }),
                ["addresses"] = new JsonArray(new JsonObject { ["type"] = "Hostname", ["address"] = Name }),
                ["nodeInfo"] = new JsonObject { ["kubeletVersion"] = "v1.35.0-fake", ["operatingSystem"] = "linux", ["architecture"] = "amd64" },
            },
        };

        // The status of a new object is not taken with it.
        cluster.Create(node);
        cluster.UpdateStatus(node);
    }

    private static JsonObject Document(IReadOnlyDictionary<string, string> values) =>
        new(values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)JsonValue.Create(v.Value))));
}
