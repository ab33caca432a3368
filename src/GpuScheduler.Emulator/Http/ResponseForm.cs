namespace GpuScheduler.Emulator;

/// <summary>The form in which objects are answered.</summary>
internal enum ResponseForm
{
    Json,
    Protobuf,

    /// <summary>A meta.k8s.io Table: what <c>kubectl get</c> prints.</summary>
    Table,

    /// <summary>PartialObjectMetadata: no spec, no status.</summary>
    Metadata,
}
