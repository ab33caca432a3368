namespace GpuScheduler.Manifests;

/// <summary>How a claim of a pod is to be bound, now that the pod has a node.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Volume">The volume that it gets; null: one is made for it.</param>
public sealed record VolumeChoice(PersistentVolumeClaim Claim, PersistentVolume? Volume);
