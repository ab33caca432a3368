namespace GpuScheduler.Kubernetes;

/// <summary>What became of a gang, for its object's status.</summary>
/// <param name="Kind">What.</param>
/// <param name="Message">For people.</param>
/// <param name="Placed">Pods of it that hold places.</param>
/// <param name="Pods">Pods of it that there are.</param>
/// <param name="Started">When it was started; null: it was not, or nobody knows.</param>
internal readonly record struct GangVerdict(GangVerdictKind Kind, string Message, int Placed = 0, int Pods = 0, DateTimeOffset? Started = null);
