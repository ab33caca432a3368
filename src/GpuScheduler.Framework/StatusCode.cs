namespace GpuScheduler.Framework;

/// <summary>What a plugin answers; the values are kube-scheduler's.</summary>
public enum StatusCode
{
    Success = 0,

    /// <summary>Something broke inside: the pod is tried again with error backoff.</summary>
    Error = 1,

    /// <summary>It does not fit, but might once other pods are gone.</summary>
    Unschedulable = 2,

    /// <summary>It does not fit, and removing pods would not help.</summary>
    UnschedulableAndUnresolvable = 3,

    /// <summary>Permit only: not yet.</summary>
    Wait = 4,

    /// <summary>This plugin has no say: its Filter or Score is left out, or the next binder is tried.</summary>
    Skip = 5,

    /// <summary>An outside component has to act first; the pod comes back without backoff.</summary>
    Pending = 6,
}
