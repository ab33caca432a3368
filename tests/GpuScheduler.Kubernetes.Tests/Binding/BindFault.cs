namespace GpuScheduler.Kubernetes.Tests;

/// <summary>What goes wrong with one request.</summary>
internal enum BindFault
{
    None,
    Refused,
    TooMany,
    ErrorBefore,
    ErrorAfter,
    LostBefore,
    LostAfter,

    /// <summary>Carried out, and never answered.</summary>
    Silent,
    Forbidden,
}
