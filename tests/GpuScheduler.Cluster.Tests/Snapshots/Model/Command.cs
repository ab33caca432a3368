namespace GpuScheduler.Cluster.Tests;

/// <summary>A step of a <see cref="ModelRun"/>. The numbers choose among what there is when it runs.</summary>
internal sealed record Command(CommandKind Kind, int Target, int A, int B, int C);
