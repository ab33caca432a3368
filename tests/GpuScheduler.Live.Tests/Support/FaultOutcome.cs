using GpuScheduler.Emulator;

namespace GpuScheduler.Live.Tests;

/// <summary>What a faulty run saw.</summary>
/// <param name="Faults">How often each kind struck.</param>
/// <param name="Kills">Replicas killed and started anew.</param>
/// <param name="Bound">Pods that were bound, those among them that were deleted later.</param>
internal sealed record FaultOutcome(IReadOnlyDictionary<FaultKind, long> Faults, int Kills, int Bound);
