namespace GpuScheduler.Kubernetes;

/// <summary>The answer to one bind request.</summary>
internal readonly record struct BindAnswer(BindAnswerKind Kind, string Message, TimeSpan? RetryAfter);
