namespace GpuScheduler.Emulator;

/// <summary>Which part of an object a write may change.</summary>
internal enum WritePart
{
    /// <summary>All but the status, where the resource has that as a subresource.</summary>
    Main,

    /// <summary>Status and metadata.</summary>
    Status,

    /// <summary>Anything, unchecked: the API server's own writes, such as a binding.</summary>
    Own,
}
