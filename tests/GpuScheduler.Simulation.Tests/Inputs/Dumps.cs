namespace GpuScheduler.Simulation.Tests;

/// <summary>A small cluster as YAML.</summary>
internal static class Dumps
{
    public const string Nodes = """
        apiVersion: v1
        kind: Node
        metadata:
          name: gpu-0
          labels: {nvidia.com/gpu.product: NVIDIA-L40S}
        status:
          allocatable: {cpu: "64", memory: 512Gi, pods: "110", nvidia.com/gpu: "4"}
        """;

    public const string Pods = """
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: v1, kind: Pod, metadata: {name: bound, namespace: a}, spec: {nodeName: gpu-0, schedulerName: theirs, containers: [{name: c}]}, status: {phase: Running}}
        - {apiVersion: v1, kind: Pod, metadata: {name: done, namespace: a}, spec: {nodeName: gpu-0, containers: [{name: c}]}, status: {phase: Succeeded}}
        - {apiVersion: v1, kind: Pod, metadata: {name: young, namespace: a, creationTimestamp: "2026-01-02T00:00:00Z"}, spec: {schedulerName: theirs, containers: [{name: c}]}, status: {phase: Pending}}
        - {apiVersion: v1, kind: Pod, metadata: {name: z, namespace: a, creationTimestamp: "2026-01-01T00:00:00Z"}, spec: {schedulerName: ours, containers: [{name: c}]}, status: {phase: Pending}}
        - {apiVersion: v1, kind: Pod, metadata: {name: y, namespace: b, creationTimestamp: "2026-01-01T00:00:00Z"}, spec: {schedulerName: theirs, containers: [{name: c}]}, status: {phase: Pending}}
        - apiVersion: v1
          kind: Pod
          metadata: {name: urgent, namespace: a, creationTimestamp: "2026-01-03T00:00:00Z"}
          spec:
            priority: 1000
            schedulerName: theirs
            containers: [{name: c, resources: {limits: {nvidia.com/gpu: "1"}}}]
          status: {phase: Pending}
        """;

    public const string Cluster = Nodes + "\n---\n" + Pods;
}
