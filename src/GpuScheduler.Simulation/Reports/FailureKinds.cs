namespace GpuScheduler.Simulation;

/// <summary>The kinds of requests, in the order in which failures are listed.</summary>
internal static class FailureKinds
{
    public static readonly IReadOnlyList<RequestKind> All = [RequestKind.Share, RequestKind.Whole, RequestKind.Multi, RequestKind.CpuOnly];

    /// <summary>Heading of a column.</summary>
    public static string Heading(RequestKind kind) => kind switch
    {
        RequestKind.Share => "SHARE",
        RequestKind.Whole => "WHOLE",
        RequestKind.Multi => "MULTI",
        _ => "CPU-ONLY",
    };
}
