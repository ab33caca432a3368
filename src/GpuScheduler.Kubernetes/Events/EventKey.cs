namespace GpuScheduler.Kubernetes;

/// <summary>Events alike make one series.</summary>
internal readonly record struct EventKey(string Kind, string Namespace, string Name, string Uid, bool IsWarning, string Reason, string Action, string Note,
    string ApiVersion = "v1");
