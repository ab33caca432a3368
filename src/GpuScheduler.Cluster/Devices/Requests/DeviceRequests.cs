using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Reads what a pod asks of accelerators, however it is written, into the one form the engine knows.</summary>
public static class DeviceRequests
{
    private const string TraceCount = "num_gpu";
    private const string TraceMilli = "gpu_milli";
    private const string TraceModels = "gpu_spec";

    // What is said in an earlier one is named first in messages.
    private static readonly ImmutableArray<IDeviceDialect> Dialects =
        [new AnnotationDialect(), new KaiDialect(), new HamiDialect(), new ExtendedResourceDialect()];

    /// <summary>
    /// Reads a pod's request from its annotations and resources (see <see cref="DeviceRequestKeys"/>). The same thing may be said in
    /// several ways; where two ways disagree, the error names both keys.
    /// </summary>
    /// <param name="annotations">The pod's annotations.</param>
    /// <param name="spec">Its containers; <see cref="PodSpec.Devices"/> is not looked at.</param>
    /// <param name="errors">Takes every error, not only the first.</param>
    /// <param name="request">What the pod asks for; <see cref="DeviceRequest.None"/> where that is nothing, or where there are errors.</param>
    /// <returns>False where errors were added.</returns>
    public static bool TryRead(
        IReadOnlyDictionary<string, string> annotations, PodSpec spec, ICollection<DeviceRequestError> errors, out DeviceRequest request)
    {
        DeviceSource pod = new(annotations, spec, PodRequests.Effective(spec));
        DeviceStatements statements = new(errors);
        foreach (IDeviceDialect dialect in Dialects)
        {
            dialect.Read(pod, statements);
        }

        return statements.TryResolve(out request);
    }

    /// <summary>
    /// Reads a request from the fields of the openb trace. No GPUs is a request for nothing, whatever the other fields say; a share
    /// above 1000 milli counts as 1000. Several GPUs with a share of each are as good as one.
    /// </summary>
    /// <param name="numGpu">How many GPUs.</param>
    /// <param name="gpuMilli">Share of each, milli.</param>
    /// <param name="gpuSpec">Models allowed with a bar between them; empty: any.</param>
    /// <param name="errors">Takes every error, not only the first; keys are the trace's columns.</param>
    /// <param name="request">What the pod asks for; <see cref="DeviceRequest.None"/> where that is nothing, or where there are errors.</param>
    /// <returns>False where errors were added.</returns>
    public static bool TryFromTrace(
        int numGpu, int gpuMilli, string gpuSpec, ICollection<DeviceRequestError> errors, out DeviceRequest request)
    {
        request = DeviceRequest.None;
        if (numGpu == 0)
        {
            return true;
        }

        DeviceStatements statements = new(errors);
        DeviceValues.AddCount(TraceCount, DeviceValues.Text(numGpu), numGpu, statements);
        statements.Said(TraceMilli, DeviceValues.Text(gpuMilli));
        if (gpuMilli > 0)
        {
            statements.Amount(TraceMilli, DeviceAmount.Share(Math.Min(gpuMilli, Device.FullMilli)));
        }
        else
        {
            statements.Error([TraceMilli], $"{TraceMilli} \"{gpuMilli}\" asks for nothing of a GPU: write 1 to {Device.FullMilli}, "
                + $"or {TraceCount} 0 for a pod without GPUs");
        }

        if (gpuSpec.Length > 0)
        {
            DeviceValues.ReadModels(TraceModels, gpuSpec, '|', statements);
        }

        return statements.TryResolve(out request);
    }
}
