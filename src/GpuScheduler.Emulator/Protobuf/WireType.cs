namespace GpuScheduler.Emulator;

/// <summary>How a field's value is laid out: the low three bits of its tag. Kubernetes uses the first and the third.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
