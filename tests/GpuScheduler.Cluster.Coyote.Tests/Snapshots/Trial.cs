namespace GpuScheduler.Cluster.Coyote.Tests;

/// <summary>A draft on its way to the writer, with one placement in it, and the writer's answer once that is published.</summary>
internal sealed record Trial(Draft Draft, int Node, Pod Pod, PodClass Class)
{
    public TaskCompletionSource<bool> Committed { get; } = new();
}
