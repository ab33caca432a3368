namespace GpuScheduler.Kubernetes;

/// <summary>What a field of a protobuf message holds.</summary>
internal enum FieldKind
{
    String,
    Integer,
    Bool,

    /// <summary>A <c>meta.v1.Time</c>, seconds since 1970.</summary>
    Time,
    Message,

    /// <summary>Entries of key and text.</summary>
    StringMap,

    /// <summary>Entries of key and <c>resource.Quantity</c>, which is a message of a text.</summary>
    QuantityMap,
}
