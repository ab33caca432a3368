namespace GpuScheduler.Kubernetes;

/// <summary>A difference between the model and the API that no event in flight explains; it has been mended.</summary>
/// <param name="Kind">What differed; a label of the metric.</param>
/// <param name="Object">The pod or node.</param>
/// <param name="Message">For the log.</param>
internal sealed record Drift(DriftKind Kind, string Object, string Message);
