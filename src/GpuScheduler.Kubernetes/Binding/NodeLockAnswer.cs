namespace GpuScheduler.Kubernetes;

/// <summary>What became of one try at a node's lock.</summary>
/// <param name="IsTaken">The pod holds it.</param>
/// <param name="Failed">Trying again would not help; what became of the bind.</param>
/// <param name="Message">Why it does not hold it.</param>
internal readonly record struct NodeLockAnswer(bool IsTaken, BindOutcomeKind? Failed, string Message)
{
    public static readonly NodeLockAnswer Taken = new(true, null, "");

    /// <summary>Worth another try after a while.</summary>
    public static NodeLockAnswer Busy(string message) => new(false, null, message);

    public static NodeLockAnswer Hopeless(BindOutcomeKind kind, string message) => new(false, kind, message);
}
