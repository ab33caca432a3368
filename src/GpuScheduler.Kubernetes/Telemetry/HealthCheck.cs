namespace GpuScheduler.Kubernetes;

/// <summary>One question to <c>/livez</c> or <c>/readyz</c>.</summary>
/// <param name="Name">Lower case with dashes, such as <c>watch-pods</c>.</param>
/// <param name="Problem">Answers at once, on any thread: null where all is well, otherwise why not.</param>
public sealed record HealthCheck(string Name, Func<string?> Problem);
