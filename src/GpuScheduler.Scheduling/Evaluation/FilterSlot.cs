using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>A filter plugin that has a say for a pod class, with what its PreFilter worked out.</summary>
internal readonly record struct FilterSlot(IFilterPlugin Plugin, object? State);
