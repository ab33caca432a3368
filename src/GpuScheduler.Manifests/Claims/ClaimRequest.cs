using System.Collections.Immutable;

namespace GpuScheduler.Manifests;

/// <summary>A request of a claim: so many devices of a class.</summary>
/// <param name="Name">Its name, which allocated devices state.</param>
/// <param name="DeviceClass">The class.</param>
/// <param name="Selectors">CEL expressions that must hold too.</param>
/// <param name="Count">How many devices.</param>
/// <param name="Path">Where it stands in the claim, for messages.</param>
public sealed record ClaimRequest(string Name, string DeviceClass, ImmutableArray<string> Selectors, int Count, string Path);
