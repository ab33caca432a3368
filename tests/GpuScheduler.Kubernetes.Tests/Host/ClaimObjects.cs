using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Claims and slices as tests have them.</summary>
internal static class ClaimObjects
{
    public const string Driver = "gpu.nvidia.com";

    /// <summary>A class of all that there is.</summary>
    public static readonly DeviceClass Class = new() { Name = "gpu" };

    /// <summary>The whole GPUs of a node.</summary>
    public static ResourceSlice Slice(string node, int devices, long generation = 1, string model = "T4") => new()
    {
        Name = $"{node}-slice",
        Driver = Driver,
        Pool = node,
        Node = node,
        Generation = generation,
        SliceCount = 1,
        Devices = [.. Enumerable.Range(0, devices).Select(i => new SliceDevice
        {
            Id = new DeviceId(Driver, node, $"gpu-{i}"),
            Attributes = ImmutableSortedDictionary<string, object>.Empty.Add($"{Driver}/type", "gpu").Add($"{Driver}/productName", model),
        }.WithKind())],
    };

    public static ResourceClaim Claim(string name, int count = 1, string deviceClass = "gpu") =>
        new() { Name = name, Uid = $"uid-{name}", Requests = [new ClaimRequest("r", deviceClass, [], count, "spec.devices.requests[0].exactly")] };

    public static ResourceClaim Allocated(ResourceClaim claim, string node, params string[] devices) => claim with
    {
        Allocation = new ClaimAllocation(
            [.. devices.Select(d => new AllocatedDevice("r", new DeviceId(Driver, node, d)))],
            [new NodeSelectorTerm { MatchFields = [new NodeSelectorRequirement("metadata.name", NodeSelectorOperator.In, [node])] }]),
    };

    /// <summary>A node without devices of its own, and its slice.</summary>
    public static void AddNode(this FakeApi api, string name, int devices)
    {
        api.SetNode(EngineRun.Node(name, 0));
        api.SetSlice(Slice(name, devices));
    }

    /// <summary>A run on nodes with so many GPUs that can be claimed: <c>n0</c> and so on.</summary>
    public static EngineRun Run(params int[] devices) => Run(new EngineRun(), devices);

    /// <inheritdoc cref="Run(int[])"/>
    public static EngineRun Run(EngineRun run, params int[] devices)
    {
        foreach ((int index, int count) in devices.Index())
        {
            run.Api.AddNode($"n{index}", count);
        }

        run.Api.SetDeviceClass(Class);
        run.Api.ListClaims();
        return run;
    }
}
