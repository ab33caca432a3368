namespace GpuScheduler.Framework;

/// <summary>A plugin's answer. The default value is success.</summary>
/// <param name="Code">What kind of answer.</param>
/// <param name="Reason">Why, in kube-scheduler's words; null for success.</param>
/// <param name="Plugin">Who answered; set by the host.</param>
public readonly record struct Status(StatusCode Code, string? Reason = null, string? Plugin = null)
{
    public static readonly Status Success;

    public static readonly Status Skip = new(StatusCode.Skip);

    public bool IsSuccess => Code == StatusCode.Success;

    /// <summary>True for the answers that say "not here", as opposed to errors.</summary>
    public bool IsRejected =>
        Code is StatusCode.Unschedulable or StatusCode.UnschedulableAndUnresolvable or StatusCode.Pending;

    public static Status Unschedulable(string reason) => new(StatusCode.Unschedulable, reason);

    public static Status Unresolvable(string reason) => new(StatusCode.UnschedulableAndUnresolvable, reason);

    public static Status Error(string reason) => new(StatusCode.Error, reason);

    public override string ToString() => IsSuccess ? "Success" : $"{Code}: {Reason}";
}
